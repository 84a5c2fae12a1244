"use client";

import { type SubmitEvent, useId, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Dialog, DialogBody, DialogFooter } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { WEBHOOK_ADDRESS_MAX_LENGTH } from "@/contracts/limits";
import { NOTIFICATION_KINDS, type NotificationKind } from "@/contracts/notification-kind";
import { KIND_NAMES } from "@/contracts/notification-sentence";
import type { WebhookSecretResponse, WebhookSummary } from "@/contracts/webhooks";
import { callApi } from "@/lib/http/api-client";

const PATH = "/api/v1/webhooks";

/**
 * Adds a webhook, or changes where it sends what.
 *
 * @param webhook null to add one
 * @param onSaved with the signing secret of a new one
 */
export function WebhookDialog({
  webhook,
  isOperator,
  onClose,
  onSaved,
}: {
  webhook: WebhookSummary | null;
  isOperator: boolean;
  onClose: () => void;
  onSaved: (secret: string | null) => Promise<void>;
}) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const choices = useRef<HTMLFieldSetElement>(null);
  const [kinds, setKinds] = useState<ReadonlySet<NotificationKind>>(new Set(webhook?.kinds));
  const [isForAll, setIsForAll] = useState(webhook === null || webhook.kinds.length === 0);
  const [isInstallations, setIsInstallations] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [lacksKind, setLacksKind] = useState(false);
  const lackId = `${id}-kinds-error`;

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const address = field.current?.value.trim() ?? "";
    if (!isForAll && kinds.size === 0) {
      setLacksKind(true);
      choices.current?.querySelector("input")?.focus();
      return;
    }
    const body = { kinds: isForAll ? [] : [...kinds] };
    setPending(true);
    setProblem(null);
    try {
      if (webhook) {
        // An address that stays is not checked anew, with other kinds for example.
        const moved = address === webhook.address ? {} : { address };
        await callApi(`${PATH}/${webhook.id}`, { method: "PATCH", body: { ...body, ...moved } });
        await onSaved(null);
      } else {
        const owner = isInstallations ? "installation" : "person";
        const added = await callApi<WebhookSecretResponse>(PATH, {
          method: "POST",
          body: { ...body, address, owner },
        });
        await onSaved(added.secret);
      }
    } catch (error) {
      setPending(false);
      setProblem(error instanceof Error ? error.message : "That was not saved. Try again.");
      field.current?.focus();
    }
  }

  return (
    <Dialog
      open
      title={webhook ? "Change webhook" : "Add a webhook"}
      description="Messages are sent as JSON by POST, signed after Standard Webhooks."
      onClose={() => {
        if (!pending) onClose();
      }}
      initialFocus={field}
    >
      <form noValidate onSubmit={(event) => void submit(event)} className="contents">
        <DialogBody className="grid gap-5">
          <Field
            id={id}
            label="Address"
            hint="For example https://hooks.example.com/orchestral. It has to answer with 200 to 299; redirects are not followed."
            error={problem}
          >
            {(control) => (
              <Input
                {...control}
                ref={field}
                type="url"
                inputMode="url"
                autoComplete="off"
                spellCheck={false}
                maxLength={WEBHOOK_ADDRESS_MAX_LENGTH}
                defaultValue={webhook?.address}
                onChange={() => setProblem(null)}
              />
            )}
          </Field>
          <fieldset ref={choices} className="grid gap-2" aria-describedby={lacksKind ? lackId : undefined}>
            <legend className="mb-2 text-sm font-medium">What it is told of</legend>
            <Checkbox
              label="Everything"
              checked={isForAll}
              onChange={(event) => {
                setIsForAll(event.target.checked);
                setLacksKind(false);
              }}
            />
            {isForAll
              ? null
              : NOTIFICATION_KINDS.map((kind) => (
                  <Checkbox
                    key={kind}
                    className="ml-6"
                    label={KIND_NAMES[kind]}
                    checked={kinds.has(kind)}
                    onChange={(event) => {
                      const next = new Set(kinds);
                      if (event.target.checked) next.add(kind);
                      else next.delete(kind);
                      setKinds(next);
                      setLacksKind(false);
                    }}
                  />
                ))}
            {lacksKind ? (
              <p id={lackId} role="alert" className="text-sm text-danger-text">
                Choose at least one kind of notification, or everything.
              </p>
            ) : null}
          </fieldset>
          {isOperator && !webhook ? (
            <Checkbox
              label="For the installation"
              description="It is told what concerns the installation, and belongs to all operators. Otherwise it is told what concerns you."
              checked={isInstallations}
              onChange={(event) => setIsInstallations(event.target.checked)}
            />
          ) : null}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} aria-disabled={pending || undefined}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" pending={pending}>
            {webhook ? "Save" : "Add webhook"}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
