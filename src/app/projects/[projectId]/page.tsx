import type { Metadata } from "next";
import { cookies } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import { signInPath } from "@/components/auth/safe-next";
import { ProjectChat } from "@/components/project-chat";
import { PANES_COOKIE, parsePanes } from "@/components/project-chat/workspace-panes";
import { type Thread, threadIdSchema } from "@/contracts/threads";
import type { Actor } from "@/domain/identity/actor";
import { firstSelection } from "@/domain/keys/first-selection/first-selection";
import { listKeys } from "@/domain/keys/list-keys";
import { modelGroupsOf } from "@/domain/keys/model-choices/list-model-groups";
import { DEFAULT_SELECTION } from "@/domain/models/default-selection";
import { listProjectFiles } from "@/domain/projects/files/list-project-files";
import { getProject } from "@/domain/projects/get-project";
import { listProjects } from "@/domain/projects/list-projects";
import { listThreadMessages } from "@/domain/projects/threads/list-thread-messages";
import { listThreads } from "@/domain/projects/threads/list-threads";
import { AppError } from "@/lib/app-error";
import { currentUser } from "@/lib/auth/current-user";

interface Props {
  params: Promise<{ projectId: string }>;
  searchParams: Promise<{ thread?: string | string[] }>;
}

/** Called by the title and by the page; both share one query. */
const ownProject = cache(async (userId: string, projectId: string) => {
  try {
    return await getProject({ userId }, projectId);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const user = await currentUser();
  const project = user ? await ownProject(user.userId, (await params).projectId) : null;
  return { title: project?.name ?? "Project" };
}

/** A project's workspace. Everything its first view shows is read here, in parallel. */
export default async function ProjectPage({ params, searchParams }: Props) {
  const { projectId } = await params;
  const threadId = threadIdSchema.safeParse((await searchParams).thread).data ?? null;
  const address = `/projects/${projectId}${threadId ? `?thread=${threadId}` : ""}`;
  const user = (await currentUser()) ?? redirect(signInPath(address));
  const project = (await ownProject(user.userId, projectId)) ?? notFound();
  const [projects, threads, files, choices, openThread, jar] = await Promise.all([
    listProjects(user),
    readThreads(user, project.id),
    listProjectFiles(user, project.id),
    readChoices(user),
    threadId ? readThread(user, project.id, threadId) : null,
    cookies(),
  ]);
  return (
    <ProjectChat
      key={project.id}
      project={project}
      user={{ name: user.name, email: user.email }}
      data={{
        projects,
        threads,
        files,
        ...choices,
        platformSelection: DEFAULT_SELECTION,
        openThread,
        panes: parsePanes(jar.get(PANES_COOKIE)?.value),
        renderedAt: Date.now(),
      }}
    />
  );
}

/** What can be chosen, and what a tab starts with. */
async function readChoices(actor: Actor) {
  const keys = await listKeys(actor);
  const groups = modelGroupsOf(keys);
  return { keys, groups, firstSelection: await firstSelection(actor, { keys, groups }) };
}

async function readThreads(actor: Actor, projectId: string): Promise<Thread[]> {
  const threads: Thread[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined; ) {
    // oxlint-disable-next-line no-await-in-loop -- each page names the next
    const page = await listThreads(actor, projectId, cursor === "" ? {} : { cursor });
    threads.push(...page.threads);
    cursor = page.next;
  }
  return threads;
}

/** The browser reads a thread that does not fit in a page by itself. */
async function readThread(actor: Actor, projectId: string, id: string) {
  const { messages, next } = await listThreadMessages(actor, projectId, id);
  return { id, messages: next === undefined ? messages : null };
}
