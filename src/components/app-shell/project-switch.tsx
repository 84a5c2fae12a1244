"use client";

import { Check, ChevronsUpDown, LayoutGrid } from "lucide-react";
import Link from "next/link";
import { useProjects } from "@/components/projects/use-projects";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuLabel,
  DropdownMenuLink,
  DropdownMenuSeparator,
} from "@/components/ui/dropdown-menu";
import type { Project } from "@/contracts/projects";

/** Beyond this many, the projects page with its filter is quicker than the menu. */
const SHOWN = 12;

/** The name of the open project, with a menu of the others. */
export function ProjectSwitch({ initial, currentId }: { initial: Project[]; currentId: string }) {
  const { projects } = useProjects(initial);
  const current = projects.find((project) => project.id === currentId);
  const shown = projects.slice(0, SHOWN);
  return (
    <DropdownMenu
      className="w-72"
      trigger={
        <Button variant="ghost" size="sm" className="min-w-0 shrink gap-1.5 px-2 text-text [&>span]:min-w-0">
          <span className="sr-only">Project:</span>
          <span className="truncate">{current?.name ?? "Project"}</span>
          <ChevronsUpDown aria-hidden className="text-text-muted" />
        </Button>
      }
    >
      <DropdownMenuLabel>Projects</DropdownMenuLabel>
      {shown.map((project) => (
        <DropdownMenuLink key={project.id}>
          <Link
            href={`/projects/${project.id}`}
            aria-current={project.id === currentId ? "page" : undefined}
            prefetch={false}
          >
            <span className="min-w-0 truncate">{project.name}</span>
            {project.id === currentId ? <Check aria-hidden className="ml-auto text-accent-text!" /> : null}
          </Link>
        </DropdownMenuLink>
      ))}
      <DropdownMenuSeparator />
      <DropdownMenuLink>
        <Link href="/projects">
          <LayoutGrid aria-hidden />
          All projects
        </Link>
      </DropdownMenuLink>
    </DropdownMenu>
  );
}
