import {
  CalendarClock,
  Ellipsis,
  FlaskConical,
  Pause,
  PencilLine,
  Power,
  RefreshCw,
  Star,
  Trash2,
} from "lucide-react";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/ui/dropdown-menu";
import type { AiKeySummary } from "@/contracts/ai-keys";

export type KeyVerb =
  | "test"
  | "rename"
  | "make-default"
  | "switch"
  | "pause"
  | "replace"
  | "dates"
  | "delete";

/** The actions of a key. A session key can only be tested and forgotten. */
export function KeyMenu({ aiKey, onSelect }: { aiKey: AiKeySummary; onSelect: (verb: KeyVerb) => void }) {
  const { label, last4, kept, isDefault, disabled, status, paused } = aiKey;
  const isStored = kept === "stored";
  return (
    <DropdownMenu
      align="end"
      trigger={
        <Button
          variant="ghost"
          size="icon"
          aria-label={`Actions for ${label}${last4 ? `, ending in ${last4}` : ""}`}
        >
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      {status === "ok" ? (
        <DropdownMenuItem onSelect={() => onSelect("test")}>
          <FlaskConical aria-hidden /> Test key
        </DropdownMenuItem>
      ) : null}
      {isStored ? (
        <>
          <DropdownMenuItem onSelect={() => onSelect("rename")}>
            <PencilLine aria-hidden /> Rename
          </DropdownMenuItem>
          {isDefault ? null : (
            <DropdownMenuItem onSelect={() => onSelect("make-default")}>
              <Star aria-hidden /> Make default
            </DropdownMenuItem>
          )}
          <DropdownMenuItem onSelect={() => onSelect("dates")}>
            <CalendarClock aria-hidden /> Dates and safety…
          </DropdownMenuItem>
          {paused ? null : (
            <DropdownMenuItem onSelect={() => onSelect("pause")}>
              <Pause aria-hidden /> Pause…
            </DropdownMenuItem>
          )}
          <DropdownMenuItem onSelect={() => onSelect("switch")}>
            <Power aria-hidden /> {disabled ? "Switch on" : "Switch off"}
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => onSelect("replace")}>
            <RefreshCw aria-hidden /> Replace…
          </DropdownMenuItem>
        </>
      ) : null}
      <DropdownMenuSeparator />
      <DropdownMenuItem variant="danger" onSelect={() => onSelect("delete")}>
        <Trash2 aria-hidden /> Delete…
      </DropdownMenuItem>
    </DropdownMenu>
  );
}
