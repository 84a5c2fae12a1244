"use client";

import { KeyRound, MessagesSquare, PanelLeft, PanelRight } from "lucide-react";
import dynamic from "next/dynamic";
import { useCallback, useLayoutEffect, useMemo, useState } from "react";
import { mutate, SWRConfig } from "swr";
import type { WantedKey } from "@/components/ai-keys/wanted-key";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { saveModelSelection, tellDefaultSelection } from "@/components/model-selector/model-selection-store";
import { ModelTrigger } from "@/components/model-selector/model-trigger";
import { AI_KEYS_PATH } from "@/components/model-selector/use-ai-keys";
import { MODELS_PATH } from "@/components/model-selector/use-model-groups";
import {
  FIRST_SELECTION_PATH,
  useModelSelection,
  useStartingSelection,
} from "@/components/model-selector/use-model-selection";
import type { ModelSelectorTab } from "@/components/model-selector-modal";
import { type ChatActions, ChatActionsContext } from "@/components/project-chat/chat-actions";
import { ChatThread } from "@/components/project-chat/chat-thread";
import { keepDraft, newThreadKey, readDraft, rememberDraft } from "@/components/project-chat/draft-storage";
import { filesWidthClass } from "@/components/project-chat/files-width-class";
import { PaneDivider } from "@/components/project-chat/pane-divider";
import { useIsNarrow } from "@/components/project-chat/use-is-narrow";
import { useOpenThread } from "@/components/project-chat/use-open-thread";
import {
  NEW_FILES_ID,
  NewFilesText,
  NewMark,
  ViewTabs,
  type WorkspaceView,
} from "@/components/project-chat/view-tabs";
import { rememberPanes, type WorkspacePanes } from "@/components/project-chat/workspace-panes";
import { FilesPanel } from "@/components/project-files/files-panel";
import { useFileChanges } from "@/components/project-files/live-writes";
import { projectFilesPath, useProjectFiles } from "@/components/project-files/use-project-files";
import { ThreadList } from "@/components/threads/thread-list";
import { ThreadTitle } from "@/components/threads/thread-title";
import { useThreadMarks } from "@/components/threads/use-thread-marks";
import { threadsPath, useThreads, useWatchedThreads } from "@/components/threads/use-threads";
import { IconButton } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { useIsFirstShowing } from "@/components/use-is-first-showing";
import type { AiKeySummary } from "@/contracts/ai-keys";
import { CHAT_TEXT_MAX_LENGTH } from "@/contracts/limits";
import type { FirstSelection, ModelSelection } from "@/contracts/model-selection";
import type { ModelGroup } from "@/contracts/models";
import type { ProjectFileSummary } from "@/contracts/project-files";
import type { Project } from "@/contracts/projects";
import type { Thread, ThreadMessage } from "@/contracts/threads";
import { cn } from "@/lib/cn";

const loadModelSelector = () => import("@/components/model-selector-modal");
const ModelSelectorModal = dynamic(loadModelSelector, { ssr: false });
const loadDrawer = () => import("@/components/threads/threads-drawer");
const ThreadsDrawer = dynamic(loadDrawer, { ssr: false });
const SecretsDialog = dynamic(() => import("@/components/project-secrets/secrets-dialog"), { ssr: false });

/** Data the server loaded for the first render of a project, so that nothing loads visibly. */
export interface WorkspaceData {
  projects: Project[];
  threads: Thread[];
  files: ProjectFileSummary[];
  groups: ModelGroup[];
  /** What this person's tabs start with, and the platform's selection, which is the same for everybody. */
  firstSelection: FirstSelection;
  platformSelection: ModelSelection;
  keys: AiKeySummary[];
  /** The thread in the URL; null without one. Its messages are null if there are more than a page. */
  openThread: { id: string; messages: ThreadMessage[] | null } | null;
  panes: WorkspacePanes;
  /** The server's clock in milliseconds. */
  renderedAt: number;
}

/** A project's workspace: threads, chat and files, with the model trigger in the header. */
export function ProjectChat({
  project,
  user,
  data,
}: {
  project: Project;
  user: { name: string; email: string };
  data: WorkspaceData;
}) {
  const { threads, files, groups, keys, firstSelection } = data;
  tellDefaultSelection(data.platformSelection);
  const isFirst = useIsFirstShowing(data);
  const fallback = useMemo(
    () => ({
      [threadsPath(project.id)]: { threads },
      [projectFilesPath(project.id)]: { files },
      [MODELS_PATH]: { groups },
      [AI_KEYS_PATH]: { keys },
      [FIRST_SELECTION_PATH]: firstSelection,
    }),
    [project.id, threads, files, groups, keys, firstSelection],
  );
  // What the server just rendered is newer than this tab's cache of an earlier visit, and need not be fetched
  // again. Set before the first paint, so that the old data is never seen.
  useLayoutEffect(() => {
    if (!isFirst) return;
    for (const [path, answer] of Object.entries(fallback)) void mutate(path, answer, { revalidate: false });
  }, [isFirst, fallback]);
  return (
    <SWRConfig value={{ fallback, revalidateIfStale: !isFirst }}>
      <Workspace project={project} user={user} data={data} isFirst={isFirst} />
    </SWRConfig>
  );
}

function Workspace({
  project,
  user,
  data,
  isFirst,
}: {
  project: Project;
  user: { name: string; email: string };
  data: WorkspaceData;
  /** Whether `data` is shown for the first time. */
  isFirst: boolean;
}) {
  useStartingSelection();
  const selection = useModelSelection();
  const { threadId, draftId, openThread, openNewThread, nameThread } = useOpenThread();
  const { threads } = useThreads(project.id);
  const isNarrow = useIsNarrow();
  const { files } = useProjectFiles(project.id);
  const [panes, setPanes] = useState(data.panes);
  const [view, setView] = useState<WorkspaceView>("chat");
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);
  const [modal, setModal] = useState<{
    isOpen: boolean;
    tab: ModelSelectorTab;
    wanted?: WantedKey | undefined;
  } | null>(null);
  const [secrets, setSecrets] = useState<{ isOpen: boolean } | null>(null);
  const [running, setRunning] = useState<ReadonlySet<string>>(new Set());
  const { runningIds, unseenIds } = useThreadMarks(project.id, threads, running, threadId);
  useWatchedThreads(project.id, runningIds.size > running.size);
  const mountedIds = useMountedThreads(threadId, running);
  const firstMessages = useFirstMessages(threadId, draftId, isFirst ? data.openThread : null);

  const areFilesShown = isNarrow ? view === "files" : panes.files;
  const hasNewFiles = useHasNewFiles(project.id, areFilesShown);
  // Grown when the first message is sent, not when the first file arrives: nothing moves during an answer.
  const [hasSent, setHasSent] = useState(false);
  if (running.size > 0 && !hasSent) setHasSent(true);
  const areFilesEmpty = files?.length === 0 && !hasSent;

  const title = threads?.find((thread) => thread.id === threadId)?.title ?? "New thread";

  const changePanes = (change: Partial<WorkspacePanes>) => {
    const changed = { ...panes, ...change };
    setPanes(changed);
    rememberPanes(changed);
  };
  const startNewThread = useCallback(() => {
    setIsDrawerOpen(false);
    setView("chat");
    openNewThread();
  }, [openNewThread]);
  /** With a question that could not be answered here, and what was being written below it. */
  const startNewThreadWith = useCallback(
    (question: string) => {
      const key = newThreadKey(project.id);
      const texts = [question, readDraft(threadId), readDraft(key)].filter((text) => text.trim() !== "");
      rememberDraft(threadId, "");
      rememberDraft(key, [...new Set(texts)].join("\n\n").slice(0, CHAT_TEXT_MAX_LENGTH));
      startNewThread();
    },
    [project.id, threadId, startNewThread],
  );
  const onRunningChange = useCallback((id: string, isRunning: boolean) => {
    setRunning((ids) => {
      if (ids.has(id) === isRunning) return ids;
      return isRunning ? new Set([...ids, id]) : new Set([...ids].filter((other) => other !== id));
    });
  }, []);
  const actions = useMemo<ChatActions>(
    () => ({
      openModelSelector: (tab, wanted) => setModal({ isOpen: true, tab, wanted }),
      startNewThread: startNewThreadWith,
      signIn: (text) => {
        keepDraft(threadId, text);
        location.assign(signInPath(location.pathname + location.search));
      },
    }),
    [startNewThreadWith, threadId],
  );

  const trigger = (where: "header" | "composer") => (
    <ModelTrigger
      onOpen={() => setModal({ isOpen: true, tab: "model-selection" })}
      onPreload={() => void loadModelSelector().catch(() => {})}
      isCompact={where === "header"}
      // A narrow screen has room for one, and the header stays in view.
      className={where === "composer" ? "max-sm:hidden" : ""}
    />
  );
  const threadList = (
    <ThreadList
      projectId={project.id}
      activeId={threadId}
      runningIds={runningIds}
      unseenIds={unseenIds}
      now={data.renderedAt}
      onOpen={(id) => {
        setIsDrawerOpen(false);
        setView("chat");
        openThread(id);
      }}
      onNew={startNewThread}
      onDeleted={(id) => {
        onRunningChange(id, false);
        if (id === threadId) openNewThread();
      }}
    />
  );

  return (
    <AppShell
      user={user}
      projects={data.projects}
      currentProjectId={project.id}
      fill
      headerEnd={trigger("header")}
    >
      <ChatActionsContext value={actions}>
        <h1 className="sr-only">{project.name}</h1>
        <NewFilesText hasNewFiles={hasNewFiles} />
        <div className="flex min-h-0 flex-1">
          <div
            className={cn(
              "hidden w-64 shrink-0 flex-col border-r bg-surface-sunken/60",
              panes.threads && "lg:flex",
            )}
          >
            {threadList}
          </div>
          <div className="flex min-w-0 flex-1 flex-col">
            <div className="flex h-12 shrink-0 items-center gap-1 border-b px-2 sm:px-3">
              <IconButton
                label="Threads"
                className="lg:hidden"
                onPointerDown={() => void loadDrawer().catch(() => {})}
                onClick={() => setIsDrawerOpen(true)}
              >
                <MessagesSquare aria-hidden />
              </IconButton>
              <IconButton
                label="Threads"
                className="aria-pressed:text-text max-lg:hidden"
                aria-pressed={panes.threads}
                onClick={() => changePanes({ threads: !panes.threads })}
              >
                <PanelLeft aria-hidden />
              </IconButton>
              <div className="flex min-w-0 flex-1 items-center gap-2 px-1 text-sm font-medium">
                <h2 className="min-w-0">
                  <ThreadTitle title={title} />
                </h2>
                {runningIds.has(threadId) ? (
                  <>
                    <Spinner className="shrink-0 text-accent-text" />
                    <span className="sr-only">The agent is at work</span>
                  </>
                ) : null}
              </div>
              <ViewTabs
                view={view}
                onViewChange={setView}
                hasNewFiles={hasNewFiles}
                className="shrink-0 lg:hidden"
              />
              <IconButton label="Project secrets" onClick={() => setSecrets({ isOpen: true })}>
                <KeyRound aria-hidden />
              </IconButton>
              <IconButton
                label="Files"
                className="relative aria-pressed:text-text max-lg:hidden"
                aria-pressed={panes.files}
                aria-describedby={hasNewFiles ? NEW_FILES_ID : undefined}
                onClick={() => changePanes({ files: !panes.files })}
              >
                <PanelRight aria-hidden />
                {hasNewFiles ? <NewMark /> : null}
              </IconButton>
            </div>
            <div className="flex min-h-0 flex-1">
              <section
                {...viewProps("chat", isNarrow)}
                className={cn(
                  "flex min-w-0 flex-1 flex-col",
                  areFilesEmpty && panes.files && "bg-background lg:z-1 lg:border-r",
                  view !== "chat" && "max-lg:hidden",
                )}
              >
                {mountedIds.map((id) => (
                  <ChatThread
                    key={id}
                    project={project}
                    threadId={id}
                    initialMessages={firstMessages.of(id)}
                    isOpen={id === threadId}
                    onFirstMessage={(begunId) => {
                      setHasSent(true);
                      firstMessages.forget(begunId);
                      nameThread(begunId);
                    }}
                    onRunningChange={onRunningChange}
                    composerStart={trigger("composer")}
                  />
                ))}
              </section>
              {panes.files && !areFilesEmpty ? (
                <PaneDivider
                  width={panes.filesWidth}
                  onResize={(filesWidth) => setPanes({ ...panes, filesWidth })}
                  onResized={(filesWidth) => changePanes({ filesWidth })}
                />
              ) : null}
              <section
                {...viewProps("files", isNarrow)}
                className={cn(
                  "flex min-w-0 flex-col bg-surface max-lg:flex-1",
                  filesWidthClass(panes.filesWidth),
                  "lg:w-(--files-width) lg:max-w-[calc(100%-20rem)] lg:min-w-60 lg:shrink-0",
                  // As wide as ever, and covered by the chat: when that gives way, nothing in here moves.
                  areFilesEmpty && "lg:-ml-[max(0px,min(var(--files-width),100%-20rem)-15rem)]",
                  view !== "files" && "max-lg:hidden",
                  !panes.files && "lg:hidden",
                )}
              >
                <div
                  // Begun anew, so that "No files yet" does not slide to its other place.
                  key={areFilesEmpty ? "small" : "wide"}
                  className={cn("flex min-h-0 flex-1 flex-col", areFilesEmpty && "lg:pl-[calc(100%-15rem)]")}
                >
                  <FilesPanel projectId={project.id} />
                </div>
              </section>
            </div>
          </div>
        </div>
        {isDrawerOpen && isNarrow ? (
          <ThreadsDrawer onClose={() => setIsDrawerOpen(false)}>{threadList}</ThreadsDrawer>
        ) : null}
        {modal ? (
          <ModelSelectorModal
            open={modal.isOpen}
            onOpenChange={(isOpen) => setModal({ ...modal, isOpen })}
            tab={modal.tab}
            wantedKey={modal.wanted ?? null}
            selectedModel={selection}
            onModelSelect={saveModelSelection}
          />
        ) : null}
        {secrets ? (
          <SecretsDialog
            projectId={project.id}
            open={secrets.isOpen}
            onClose={() => setSecrets({ isOpen: false })}
          />
        ) : null}
      </ChatActionsContext>
    </AppShell>
  );
}

/** Whether the agent changed files since they were last shown. */
function useHasNewFiles(projectId: string, areShown: boolean): boolean {
  const changes = useFileChanges(projectId);
  const [seen, setSeen] = useState(changes);
  if (areShown && seen !== changes) setSeen(changes);
  return !areShown && seen !== changes;
}

/**
 * The open thread and those with an answer that began here: the server stops an answer that nobody watches.
 * Keeps the order, so that no scroll position is lost.
 */
function useMountedThreads(openId: string, running: ReadonlySet<string>): string[] {
  const [ids, setIds] = useState([openId]);
  const wanted = ids.filter((id) => id === openId || running.has(id));
  if (!wanted.includes(openId)) wanted.push(openId);
  if (wanted.length !== ids.length || wanted.some((id, index) => id !== ids[index])) setIds(wanted);
  return wanted;
}

/**
 * A thread's messages that need no request: none for a new thread, the rendered ones for the server's. Both
 * are stale once a message was sent or another thread was opened.
 */
function useFirstMessages(threadId: string, draftId: string, rendered: WorkspaceData["openThread"]) {
  const [renderedId] = useState(threadId);
  const [hasMoved, setHasMoved] = useState(false);
  const [begun, setBegun] = useState<ReadonlySet<string>>(new Set());
  if (threadId !== renderedId && !hasMoved) setHasMoved(true);
  return {
    of: (id: string): ThreadMessage[] | null => {
      if (id === draftId && !begun.has(id)) return [];
      return !hasMoved && rendered?.id === id ? rendered.messages : null;
    },
    forget: (id: string) => setBegun((ids) => new Set([...ids, id])),
  };
}

function viewProps(view: WorkspaceView, isNarrow: boolean) {
  return {
    id: `${view}-view`,
    "aria-label": view === "chat" ? "Chat" : "Files",
    role: isNarrow ? "tabpanel" : undefined,
  };
}
