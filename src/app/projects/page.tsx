import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AppShell } from "@/components/app-shell/app-shell";
import { signInPath } from "@/components/auth/safe-next";
import { ProjectList } from "@/components/projects/project-list";
import { listProjects } from "@/domain/projects/list-projects";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Projects" };

export default async function ProjectsPage() {
  const user = (await currentUser()) ?? redirect(signInPath("/projects"));
  const projects = await listProjects(user);
  return (
    <AppShell user={user}>
      <ProjectList initial={projects} now={Date.now()} />
    </AppShell>
  );
}
