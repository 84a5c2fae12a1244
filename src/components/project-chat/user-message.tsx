import { Pencil } from "lucide-react";
import { memo, useRef, useState } from "react";
import { IconButton } from "@/components/ui/button";
import { BranchPicker } from "./branch-picker";
import { type ChatMessage, textOf } from "./chat-message";
import type { Conversation } from "./conversation";
import { CopyButton } from "./copy-button";
import { EditForm } from "./edit-form";
import { QuestionText } from "./question-text";

/** A message from the person, as typed, not as Markdown. */
export const UserMessage = memo(function UserMessage({
  conversation,
  message,
  parentId,
  isBusy,
  editRequest,
}: {
  conversation: Conversation;
  message: ChatMessage;
  parentId: string | null;
  isBusy: boolean;
  /** A changed number, except 0, opens the editor from outside. */
  editRequest: number;
}) {
  const [isEditing, setIsEditing] = useState(false);
  const [seenRequest, setSeenRequest] = useState(0);
  if (seenRequest !== editRequest) {
    setSeenRequest(editRequest);
    if (editRequest > 0) setIsEditing(true);
  }
  const editButton = useRef<HTMLButtonElement>(null);
  const text = textOf(message);

  function close() {
    setIsEditing(false);
    // The button is back in the page only after React has rendered it.
    requestAnimationFrame(() => editButton.current?.focus());
  }

  return (
    <li className="group/message relative flex min-w-0 flex-col items-end">
      <h3 className="sr-only">You</h3>
      {isEditing ? (
        <EditForm
          label="Edit your message"
          submitLabel="Send"
          initialText={text}
          isBusy={isBusy}
          onCancel={close}
          onSubmit={(edited) => {
            setIsEditing(false);
            conversation.edit(message.id, edited);
          }}
        />
      ) : (
        <>
          <QuestionText text={text} />
          {/* In the gap below the message, so that the hidden buttons take no space. */}
          <div className="absolute top-full right-0 z-1 flex h-8 items-center pointer-coarse:h-10">
            <div className="flex items-center opacity-0 transition-opacity duration-100 group-focus-within/message:opacity-100 group-hover/message:opacity-100 pointer-coarse:opacity-100">
              <CopyButton text={text} label="Copy message" />
              <IconButton
                ref={editButton}
                label="Edit message"
                disabled={isBusy}
                onClick={() => setIsEditing(true)}
              >
                <Pencil aria-hidden />
              </IconButton>
            </div>
            {/* Always to be seen: without it nothing says that there is another version. */}
            <BranchPicker {...{ conversation, parentId }} id={message.id} disabled={isBusy} />
          </div>
        </>
      )}
    </li>
  );
});
