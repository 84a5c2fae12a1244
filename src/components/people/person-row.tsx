import { Ellipsis, KeyRound, Link2Off, LogOut, UserCheck, UserX } from "lucide-react";
import { countOf } from "@/components/format-count";
import { formatDollars } from "@/components/format-dollars";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DropdownMenu, DropdownMenuItem, DropdownMenuSeparator } from "@/components/ui/dropdown-menu";
import { RelativeTime } from "@/components/ui/relative-time";
import type { PersonSummary } from "@/contracts/people";

export type PersonVerb = "reset-link" | "revoke-link" | "end-sessions" | "suspend" | "unsuspend";

/** @param isMe the operator who looks at the list @param now the server's clock in milliseconds */
export function PersonRow({
  person,
  isMe,
  now,
  onSelect,
}: {
  person: PersonSummary;
  isMe: boolean;
  now: number;
  onSelect: (verb: PersonVerb) => void;
}) {
  const { name, email, state, isOperator, createdAt, lastSeenAt, sessions, resetLinkExpiresAt } = person;
  const isSuspended = state === "suspended";
  return (
    <li className="flex items-start gap-3 border-b px-4 py-3 last:border-b-0 sm:px-5">
      <div className="grid min-w-0 flex-1 gap-0.5 text-sm">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium wrap-anywhere">{name}</span>
          {isMe ? <Badge variant="accent">You</Badge> : null}
          {isOperator ? <Badge variant="outline">Operator</Badge> : null}
          {isSuspended ? <Badge variant="danger">Suspended</Badge> : null}
          {resetLinkExpiresAt ? <Badge variant="warning">Reset link open</Badge> : null}
        </p>
        <p className="wrap-anywhere text-text-muted">{email}</p>
        <p className="text-text-muted tabular-nums">{spendingOf(person)}</p>
        <p className="text-text-muted">
          {lastSeenAt ? (
            <>
              Seen <RelativeTime at={lastSeenAt} now={now} />
            </>
          ) : (
            "No recent activity"
          )}
          {sessions > 0 ? ` · ${countOf(sessions, "device")}` : ""} · joined{" "}
          <RelativeTime at={createdAt} now={now} />
        </p>
      </div>
      <DropdownMenu
        align="end"
        trigger={
          <Button variant="ghost" size="icon" aria-label={`Actions for ${name}, ${email}`}>
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        {isSuspended ? null : (
          <DropdownMenuItem onSelect={() => onSelect("reset-link")}>
            <KeyRound aria-hidden /> Make a reset link
          </DropdownMenuItem>
        )}
        {resetLinkExpiresAt ? (
          <DropdownMenuItem onSelect={() => onSelect("revoke-link")}>
            <Link2Off aria-hidden /> Withdraw the reset link
          </DropdownMenuItem>
        ) : null}
        {sessions > 0 ? (
          <DropdownMenuItem onSelect={() => onSelect("end-sessions")}>
            <LogOut aria-hidden /> Sign out everywhere…
          </DropdownMenuItem>
        ) : null}
        {isMe ? null : (
          <>
            {isSuspended && !resetLinkExpiresAt && sessions === 0 ? null : <DropdownMenuSeparator />}
            {isSuspended ? (
              <DropdownMenuItem onSelect={() => onSelect("unsuspend")}>
                <UserCheck aria-hidden /> Let in again
              </DropdownMenuItem>
            ) : (
              <DropdownMenuItem variant="danger" onSelect={() => onSelect("suspend")}>
                <UserX aria-hidden /> Suspend…
              </DropdownMenuItem>
            )}
          </>
        )}
      </DropdownMenu>
    </li>
  );
}

/** "$1.20 for 34 requests on the platform key this month". */
function spendingOf({ month: { requests, costMicroUsd, unpriced } }: PersonSummary): string {
  if (requests === 0) return "No use of the platform key this month";
  const cost = unpriced > 0 ? `at least ${formatDollars(costMicroUsd)}` : formatDollars(costMicroUsd);
  return `${cost} for ${countOf(requests, "request")} on the platform key this month`;
}
