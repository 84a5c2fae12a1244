"use client";

import { Bell, ChartColumn, FolderOpen, History, LogOut, Settings } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { callAuth } from "@/components/auth/call-auth";
import { leave } from "@/components/auth/leave";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuLink,
  DropdownMenuSeparator,
} from "@/components/ui/dropdown-menu";
import { ThemeItems } from "./theme-menu";

/** The signed-in person, with links to the settings and sign-out. */
export function ProfileButton({ user }: { user: { name: string; email: string } }) {
  const [failure, setFailure] = useState<string | null>(null);
  const name = user.name.trim() || user.email;

  async function signOut() {
    setFailure(null);
    try {
      await callAuth("sign-out", {});
      leave("/");
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "Signing out did not work. Try again.");
    }
  }

  return (
    <>
      <DropdownMenu
        align="end"
        className="max-h-[min(32rem,85dvh)]"
        trigger={
          <Button variant="ghost" size="icon" className="rounded-full">
            <span
              aria-hidden
              className="grid size-7 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent-text"
            >
              {initials(name)}
            </span>
            <span className="sr-only">Account of {name}</span>
          </Button>
        }
      >
        <div role="presentation" className="max-w-64 px-2 py-1.5">
          <p className="truncate text-sm font-medium">{name}</p>
          <p className="truncate text-xs text-text-muted">{user.email}</p>
        </div>
        <DropdownMenuSeparator />
        <DropdownMenuLink>
          <Link href="/projects">
            <FolderOpen aria-hidden />
            Projects
          </Link>
        </DropdownMenuLink>
        <DropdownMenuLink>
          <Link href="/usage" prefetch={false}>
            <ChartColumn aria-hidden />
            Usage
          </Link>
        </DropdownMenuLink>
        <DropdownMenuLink>
          <Link href="/notifications" prefetch={false}>
            <Bell aria-hidden />
            Notifications
          </Link>
        </DropdownMenuLink>
        <DropdownMenuLink>
          <Link href="/activity" prefetch={false}>
            <History aria-hidden />
            Activity
          </Link>
        </DropdownMenuLink>
        <DropdownMenuLink>
          <Link href="/settings">
            <Settings aria-hidden />
            Settings
          </Link>
        </DropdownMenuLink>
        <div role="presentation" className="sm:hidden">
          <DropdownMenuSeparator />
          <DropdownMenuLabel>Theme</DropdownMenuLabel>
          <ThemeItems />
        </div>
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={() => void signOut()}>
          <LogOut aria-hidden />
          Sign out
        </DropdownMenuItem>
      </DropdownMenu>
      {failure ? (
        <p role="alert" className="text-sm text-danger-text">
          {failure}
        </p>
      ) : null}
    </>
  );
}

/** The first grapheme of the first and the last word, so that no emoji or accent is cut in two. */
function initials(name: string): string {
  const words = name.split(/[\s@._-]+/u).filter(Boolean);
  const ends = words.length > 1 ? [words.at(0), words.at(-1)] : words;
  return ends
    .map((word) => firstLetter(word ?? ""))
    .join("")
    .toUpperCase();
}

function firstLetter(word: string): string {
  for (const { segment } of new Intl.Segmenter("en").segment(word)) return segment;
  return "";
}
