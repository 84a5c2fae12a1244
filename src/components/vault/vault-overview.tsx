"use client";

import { useRef, useState } from "react";
import { countOf } from "@/components/format-count";
import { SettingsSection } from "@/components/settings/settings-section";
import { Alert } from "@/components/ui/alert";
import type { KeyRotationSummary, VaultStatus } from "@/contracts/vault";
import { AuditTrail } from "./audit-trail";
import { DataKeyFigures } from "./data-key-figures";
import { KeyEncryptionKeyList } from "./key-encryption-key-list";
import { RotationCard } from "./rotation-card";
import { RotationForm } from "./rotation-form";
import { RotationHistory } from "./rotation-history";
import { rotationNoun } from "./rotation-names";
import { SealedColumnList } from "./sealed-column-list";
import { useVaultStatus } from "./use-vault-status";
import { VaultCheck } from "./vault-check";

/**
 * The vault for its operator: sealed values, their keys and the available actions.
 *
 * @param initial from the server
 * @param userId the operator
 * @param now the server's clock in milliseconds
 */
export function VaultOverview({
  initial,
  userId,
  now,
}: {
  initial: VaultStatus;
  userId: string;
  now: number;
}) {
  const { status, failure, refresh } = useVaultStatus(initial);
  const { running, history } = status;
  const latest = running ?? history[0] ?? null;
  const announcement = useAnnouncement(latest);
  const busy = running !== null;
  const card = useRef<HTMLDivElement>(null);
  return (
    <>
      <output className="sr-only">{announcement}</output>
      {failure ? (
        <Alert variant="warning" className="mb-6">
          What you see may be old. {failure}
        </Alert>
      ) : null}
      <SettingsSection
        id="progress"
        title="Rotation"
        description="Keys are replaced while everybody works. A restart or a crash costs nothing but time: it goes on where it was."
      >
        <div ref={card} className="scroll-my-20">
          <RotationCard latest={latest} userId={userId} now={now} refresh={refresh} />
        </div>
      </SettingsSection>
      <SettingsSection
        id="start"
        title="Start"
        description="One at a time. All of it is written to the audit trail."
      >
        <RotationForm
          busy={busy}
          refresh={refresh}
          onStarted={() => card.current?.scrollIntoView({ block: "nearest" })}
        />
      </SettingsSection>
      <SettingsSection
        id="key-encryption-keys"
        title="Key-encryption keys"
        description="They wrap the data keys. To replace one, put a new key in front of it, restart and rotate."
      >
        <KeyEncryptionKeyList keys={status.keyEncryptionKeys} busy={busy} refresh={refresh} />
      </SettingsSection>
      <SettingsSection
        id="data-keys"
        title="Data keys"
        description="One for each person and project, made when they first save something. A decrypt-only one stays while anything needs it; old audit records do."
      >
        <DataKeyFigures dataKeys={status.dataKeys} nonceBudget={status.nonceBudget} />
      </SettingsSection>
      <SettingsSection
        id="values"
        title="Values"
        description={`What people saved. After a rotation of the data keys all of it is current.${countedAtSentence(status)}`}
      >
        <SealedColumnList columns={status.columns} />
      </SettingsSection>
      <SettingsSection
        id="check"
        title="Check"
        description="Asks every key store to wrap and open something, and looks for what needs you."
      >
        <VaultCheck />
      </SettingsSection>
      <SettingsSection
        id="audit"
        title="Audit trail"
        description="Every use of a key is a record, and every record covers the one before it: a changed one shows."
      >
        <AuditTrail audit={status.audit} refresh={refresh} />
      </SettingsSection>
      <SettingsSection id="history" title="History" description="Last 20">
        <RotationHistory history={history} userId={userId} now={now} />
      </SettingsSection>
    </>
  );
}

/** Announces the start and end of a rotation to screen readers, but not its progress. */
function useAnnouncement(latest: KeyRotationSummary | null): string {
  const [seen, setSeen] = useState(latest);
  const [announcement, setAnnouncement] = useState("");
  if (seen?.id !== latest?.id || seen?.state !== latest?.state) {
    setSeen(latest);
    if (latest) setAnnouncement(announce(latest));
  }
  return announcement;
}

function announce(rotation: KeyRotationSummary): string {
  const noun = rotationNoun(rotation);
  if (rotation.state === "running") return `The ${noun} is running.`;
  if (rotation.state === "cancelled") return `The ${noun} is cancelled.`;
  return `The ${noun} is finished. ${countOf(rotation.unreadable, "value")} cannot be opened.`;
}

/** In UTC, so that the server and every browser render the same. */
function countedAtSentence({ countedAt }: VaultStatus): string {
  return countedAt ? ` Counted at ${countedAt.slice(0, 16).replace("T", " ")} UTC.` : "";
}
