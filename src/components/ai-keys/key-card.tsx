import { CircleCheck } from "lucide-react";
import { Fragment, type ReactNode, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { NameDialog } from "@/components/ui/name-dialog";
import { RelativeTime } from "@/components/ui/relative-time";
import type { AiKeySummary } from "@/contracts/ai-keys";
import { AI_KEY_LABEL_MAX_LENGTH } from "@/contracts/limits";
import type { ProviderFacts } from "@/contracts/provider";
import { changeKey } from "./ai-key-calls";
import { Day } from "./day";
import { EXTENSION_DAYS, extendKey } from "./extend-key";
import { type DateWords, isRotationDue, keyDatesWords } from "./key-dates-words";
import { keyHealthWords, outcomeWord, problemOf } from "./key-health-words";
import { KeyMenu, type KeyVerb } from "./key-menu";
import { KeyNextStep } from "./key-next-step";
import { KeySafetyDialog } from "./key-safety-dialog";
import type { KeyTest } from "./key-test";
import { KeyTestResult } from "./key-test-result";
import { MaskedKey } from "./masked-key";
import { PauseKeyDialog } from "./pause-key-dialog";
import { PreviousKey } from "./previous-key";
import { StoppedKey } from "./stopped-key";

/**
 * A key with its identity, status and actions. What to do about a failure is said once: in its notice, if it
 * has one, else here.
 */
export function KeyCard({
  aiKey,
  facts,
  test,
  onTest,
  isOneOfSeveral,
  onTouched,
  onReplace,
  onDelete,
  now,
  children,
}: {
  aiKey: AiKeySummary;
  facts: ProviderFacts;
  /** Its test run from this page. */
  test: KeyTest | null;
  onTest: () => void;
  /** Whether there are other keys of the provider, so that the default matters. */
  isOneOfSeveral: boolean;
  /** Called when another action starts, to clear the result of the last save. */
  onTouched: () => void;
  onReplace: () => void;
  onDelete: () => void;
  /** The clock in milliseconds. */
  now: number;
  /** Where it is replaced, if that is beside the key. */
  children?: ReactNode;
}) {
  const [isRenaming, setIsRenaming] = useState(false);
  const [showsDates, setShowsDates] = useState(false);
  const [asksToPause, setAsksToPause] = useState(false);
  const [said, setSaid] = useState<ReactNode>("");
  const [failure, setFailure] = useState<string | null>(null);
  const problem = problemOf(aiKey);
  const ending = keyDatesWords(aiKey, now);
  const isDue = isRotationDue(aiKey, now);

  async function change(request: Parameters<typeof changeKey>[1], done: string) {
    setFailure(null);
    try {
      await changeKey(aiKey.id, request);
      setSaid(done);
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "That did not work. Try again.");
    }
  }

  async function extend() {
    setFailure(null);
    try {
      const lastDay = await extendKey(aiKey);
      setSaid(
        <>
          “{aiKey.label}” may be used until <Day day={lastDay} />.
        </>,
      );
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "That did not work. Try again.");
    }
  }

  function select(verb: KeyVerb) {
    setSaid("");
    onTouched();
    if (verb === "test") onTest();
    else if (verb === "make-default")
      void change({ isDefault: true }, `“${aiKey.label}” is the default now.`);
    else if (verb === "switch") {
      const done = aiKey.disabled ? `“${aiKey.label}” is on again.` : `“${aiKey.label}” is off.`;
      void change({ disabled: !aiKey.disabled }, done);
    } else if (verb === "rename") setIsRenaming(true);
    else if (verb === "replace") onReplace();
    else if (verb === "dates") setShowsDates(true);
    else if (verb === "pause") setAsksToPause(true);
    else onDelete();
  }

  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex items-start gap-3">
        <div className="grid min-w-0 flex-1 gap-1">
          <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
            <span className="min-w-0 font-medium wrap-anywhere">{aiKey.label}</span>
            <MaskedKey last4={aiKey.last4} />
            {aiKey.kept === "session" ? <Badge variant="outline">This session only</Badge> : null}
            {aiKey.isDefault && isOneOfSeveral ? <Badge variant="accent">Default</Badge> : null}
          </p>
          {aiKey.baseUrl ? (
            <p className="truncate font-mono text-xs text-text-muted" title={aiKey.baseUrl}>
              {aiKey.baseUrl}
            </p>
          ) : null}
          <Standing aiKey={aiKey} ending={ending} isDue={isDue}>
            {ending?.isNear ? (
              <Button variant="link" size="sm" onClick={() => void extend()}>
                Extend by {EXTENSION_DAYS} days
              </Button>
            ) : null}
            {problem && !aiKey.hasNotice ? (
              <KeyNextStep outcome={problem} facts={facts} className="text-accent-text" />
            ) : null}
            {((problem === "invalid" && !aiKey.hasNotice) || isDue) &&
            aiKey.kept === "stored" &&
            !children ? (
              <Button variant="link" size="sm" onClick={onReplace}>
                Replace
              </Button>
            ) : null}
          </Standing>
          <Times aiKey={aiKey} now={now} />
        </div>
        <div className="-mt-1 -mr-2">
          <KeyMenu aiKey={aiKey} onSelect={select} />
        </div>
      </div>
      {aiKey.status === "needs_reentry" ? (
        <Alert variant="warning" role={undefined}>
          <p>
            {aiKey.last4 === ""
              ? "This endpoint can no longer be read. Save it again; everything else works."
              : "This key can no longer be read. Paste it again; everything else works."}
          </p>
          <div>
            <Button variant="link" size="sm" onClick={onReplace}>
              {aiKey.last4 === "" ? "Save it again" : "Paste it again"}
            </Button>
          </div>
        </Alert>
      ) : null}
      <StoppedKey
        aiKey={aiKey}
        facts={facts}
        now={now}
        onReplace={onReplace}
        onDates={() => setShowsDates(true)}
        onExtend={extend}
        onResumed={() => setSaid(`“${aiKey.label}” can be used again.`)}
      />
      {aiKey.previous ? <PreviousKey keyId={aiKey.id} previous={aiKey.previous} onDone={setSaid} /> : null}
      <KeyTestResult test={test} facts={facts} onRetry={onTest}>
        {aiKey.kept === "stored" && test?.state === "done" && test.result.proposedAddress ? (
          <div>
            <Button variant="link" size="sm" onClick={onReplace}>
              Change the address
            </Button>
          </div>
        ) : null}
      </KeyTestResult>
      {failure ? <Alert variant="danger">{failure}</Alert> : null}
      <p role="status" className="text-sm text-success-text empty:hidden">
        {said}
      </p>
      <NameDialog
        open={isRenaming}
        onClose={() => setIsRenaming(false)}
        title="Rename key"
        initialName={aiKey.label}
        maxLength={AI_KEY_LABEL_MAX_LENGTH}
        missing="Give the key a name."
        onSubmit={async (label) => {
          await changeKey(aiKey.id, { label });
          setIsRenaming(false);
        }}
      />
      {asksToPause ? (
        <PauseKeyDialog
          aiKey={aiKey}
          close={() => setAsksToPause(false)}
          onPaused={() => setSaid(`“${aiKey.label}” is paused.`)}
        />
      ) : null}
      {showsDates ? (
        <KeySafetyDialog
          aiKey={aiKey}
          close={() => setShowsDates(false)}
          onSaved={() => setSaid(`Saved for “${aiKey.label}”.`)}
        />
      ) : null}
      {children ? <div className="mt-1 border-t pt-3">{children}</div> : null}
    </li>
  );
}

/**
 * One status: that it is saved and how it stands, or what is wrong with it.
 *
 * @param ending that it ends soon, or may not be used
 * @param isDue whether it is to be replaced by now
 * @param children what to do about it
 */
function Standing({
  aiKey,
  ending,
  isDue,
  children,
}: {
  aiKey: AiKeySummary;
  ending: DateWords | null;
  isDue: boolean;
  children: ReactNode;
}) {
  const { word, tone } = keyHealthWords(aiKey);
  const isGood = aiKey.status === "ok" && problemOf(aiKey) === null;
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      {aiKey.status === "needs_reentry" ? (
        <Badge variant="warning">Needs re-entry</Badge>
      ) : isGood ? (
        <>
          <CircleCheck aria-hidden className="size-4 shrink-0 text-success-text" />
          {aiKey.kept === "stored" ? (
            <span className="text-success-text">{aiKey.last4 ? "Key saved" : "Saved"}</span>
          ) : null}
          <span className={tone === "success" ? "text-success-text" : "text-text-muted"}>
            {aiKey.kept === "stored" ? <span aria-hidden>· </span> : null}
            {word}
          </span>
        </>
      ) : (
        <Badge variant={tone}>{word}</Badge>
      )}
      {aiKey.disabled ? <Badge variant="outline">Switched off</Badge> : null}
      {ending ? <Badge variant={ending.tone}>{ending.word}</Badge> : null}
      {isDue ? <Badge variant="warning">Due to be replaced</Badge> : null}
      {children}
    </div>
  );
}

function Times({ aiKey, now }: { aiKey: AiKeySummary; now: number }) {
  const { lastTestedAt, lastUsedAt, lastError, health, expiresAt, isExpired, madeOn, rotateOn } = aiKey;
  const parts: [name: string, part: ReactNode][] = [];
  if (lastTestedAt)
    parts.push([
      "tested",
      <>
        Tested <RelativeTime at={lastTestedAt} now={now} />
      </>,
    ]);
  parts.push([
    "used",
    lastUsedAt ? (
      <>
        Last used <RelativeTime at={lastUsedAt} now={now} />
      </>
    ) : (
      "Not used yet"
    ),
  ]);
  if (lastError) {
    const isCurrent = health?.at === lastError.at;
    parts.push([
      "error",
      <>
        Last error{isCurrent ? "" : `: ${outcomeWord(lastError.outcome)},`}{" "}
        <RelativeTime at={lastError.at} now={now} />
      </>,
    ]);
  }
  if (expiresAt && !isExpired)
    parts.push([
      "end",
      <>
        Last day <Day day={expiresAt} />
      </>,
    ]);
  if (madeOn)
    parts.push([
      "made",
      <>
        Made <Day day={madeOn} />
      </>,
    ]);
  if (rotateOn)
    parts.push([
      "rotation",
      <>
        To be replaced by <Day day={rotateOn} />
      </>,
    ]);
  return (
    <p className="text-xs text-text-muted">
      {parts.map(([name, part], index) => (
        <Fragment key={name}>
          {index > 0 ? " · " : null}
          <span className="whitespace-nowrap">{part}</span>
        </Fragment>
      ))}
    </p>
  );
}
