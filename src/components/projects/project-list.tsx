"use client";

import { Ellipsis, FolderPlus, Pencil, Plus, Search, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { ConfirmDialog } from "@/components/ui/alert-dialog";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/ui/dropdown-menu";
import { EmptyState } from "@/components/ui/empty-state";
import { Input } from "@/components/ui/input";
import { NameDialog } from "@/components/ui/name-dialog";
import { RelativeTime } from "@/components/ui/relative-time";
import { PROJECT_NAME_MAX_LENGTH } from "@/contracts/limits";
import type { Project } from "@/contracts/projects";
import { useProjects } from "./use-projects";

/** From this many projects, scanning the list takes longer than typing two letters. */
const FILTER_FROM = 8;

type Task = { kind: "create" } | { kind: "rename" | "delete"; project: Project } | null;

/**
 * The projects page: list, create, rename, delete.
 *
 * @param now the server's clock in milliseconds
 */
export function ProjectList({ initial, now }: { initial: Project[]; now: number }) {
  const router = useRouter();
  const { projects, create, rename, remove } = useProjects(initial);
  const [task, setTask] = useState<Task>(null);
  const [filter, setFilter] = useState("");
  const [announcement, setAnnouncement] = useState("");
  const heading = useRef<HTMLHeadingElement>(null);
  const rowIsGone = useRef(false);

  useEffect(() => {
    // After a deletion the menu button is gone, so the focus moves above the list. Only after the dialog has
    // closed: until then everything behind it is inert.
    if (task || !rowIsGone.current) return;
    rowIsGone.current = false;
    heading.current?.focus();
  }, [task]);

  const wanted = filter.trim().toLocaleLowerCase();
  const shown = wanted
    ? projects.filter((project) => project.name.toLocaleLowerCase().includes(wanted))
    : projects;
  const close = () => setTask(null);
  const nameField = { maxLength: PROJECT_NAME_MAX_LENGTH, missing: "Give the project a name." };
  const newProject = (
    <Button variant="primary" onClick={() => setTask({ kind: "create" })}>
      <Plus aria-hidden />
      New project
    </Button>
  );

  return (
    <>
      <div className="mb-6 flex min-h-9 flex-wrap items-center justify-between gap-3">
        <h1
          ref={heading}
          tabIndex={-1}
          className="font-display text-2xl font-normal tracking-[-0.015em] outline-none"
        >
          Projects
        </h1>
        {projects.length > 0 ? newProject : null}
      </div>

      {projects.length >= FILTER_FROM ? (
        <div className="relative mb-4">
          <Search
            aria-hidden
            className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-text-muted"
          />
          <Input
            type="search"
            aria-label="Filter projects"
            placeholder="Filter projects"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            className="pl-9"
          />
        </div>
      ) : null}

      {projects.length === 0 ? (
        <div className="rounded-xl border border-dashed bg-surface">
          <EmptyState icon={<FolderPlus />} title="No projects yet" action={newProject}>
            A project holds the files the agent writes, your conversations about them, and its secrets.
          </EmptyState>
        </div>
      ) : shown.length === 0 ? (
        <EmptyState
          title={<>Nothing is named “{filter.trim()}”</>}
          action={<Button onClick={() => setFilter("")}>Show all projects</Button>}
        />
      ) : (
        <ul aria-label="Projects" className="overflow-hidden rounded-xl border bg-surface shadow-xs">
          {shown.map((project) => (
            <ProjectRow
              key={project.id}
              project={project}
              now={now}
              onRename={() => setTask({ kind: "rename", project })}
              onDelete={() => setTask({ kind: "delete", project })}
            />
          ))}
        </ul>
      )}
      <output className="sr-only">{announcement}</output>

      <NameDialog
        {...nameField}
        open={task?.kind === "create"}
        onClose={close}
        title="New project"
        submitLabel="Create project"
        onSubmit={async (name) => {
          const project = await create(name);
          router.push(`/projects/${project.id}`);
        }}
      />
      <NameDialog
        {...nameField}
        open={task?.kind === "rename"}
        onClose={close}
        title="Rename project"
        initialName={task?.kind === "rename" ? task.project.name : ""}
        onSubmit={async (name) => {
          if (task?.kind !== "rename") return;
          await rename(task.project.id, name);
          close();
          setAnnouncement(`Renamed to ${name}.`);
        }}
      />
      <ConfirmDialog
        open={task?.kind === "delete"}
        onClose={close}
        title={task?.kind === "delete" ? <>Delete “{task.project.name}”?</> : ""}
        description="Its files, conversations and secrets are deleted with it. This cannot be undone."
        confirmLabel="Delete project"
        onConfirm={async () => {
          if (task?.kind !== "delete") return;
          await remove(task.project.id);
          setAnnouncement(`${task.project.name} was deleted.`);
          rowIsGone.current = true;
        }}
      />
    </>
  );
}

function ProjectRow({
  project,
  now,
  onRename,
  onDelete,
}: {
  project: Project;
  now: number;
  onRename: () => void;
  onDelete: () => void;
}) {
  return (
    <li className="group relative flex items-center gap-3 border-b px-4 py-3 transition-colors duration-100 last:border-b-0 hover:bg-surface-hover/60 has-[a:focus-visible]:bg-surface-hover/60 sm:px-5">
      <div className="min-w-0 flex-1">
        {/* The link's ::after spreads over the row: the whole row is clickable. */}
        <Link
          href={`/projects/${project.id}`}
          prefetch={false}
          className="block truncate font-medium outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-ring"
        >
          {project.name}
        </Link>
        <p className="text-sm text-text-muted">
          Updated <RelativeTime at={project.updatedAt} now={now} />
        </p>
      </div>
      <div className="relative z-1">
        <DropdownMenu
          align="end"
          className="min-w-40"
          trigger={
            <Button variant="ghost" size="icon" aria-label={`Actions for ${project.name}`}>
              <Ellipsis aria-hidden />
            </Button>
          }
        >
          <DropdownMenuItem onSelect={onRename}>
            <Pencil aria-hidden />
            Rename
          </DropdownMenuItem>
          <DropdownMenuSeparator />
          <DropdownMenuItem variant="danger" onSelect={onDelete}>
            <Trash2 aria-hidden />
            Delete
          </DropdownMenuItem>
        </DropdownMenu>
      </div>
    </li>
  );
}
