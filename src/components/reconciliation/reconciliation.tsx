"use client";

import { useState } from "react";
import { SettingsSection } from "@/components/settings/settings-section";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Skeleton } from "@/components/ui/skeleton";
import { useApi } from "@/components/use-api";
import type { ReconciliationResponse } from "@/contracts/reconciliation";
import { AdminKeys } from "./admin-keys";
import type { ApiBase } from "./api-base";
import { ChargesByDay } from "./charges-by-day";
import { SourceList } from "./source-list";

const DAY_MS = 86_400_000;

/**
 * What providers say was charged, beside what was counted here.
 *
 * @param now the server's clock in milliseconds
 */
export function Reconciliation({ base, now }: { base: ApiBase; now: number }) {
  const [days, setDays] = useState(31);
  const from = new Date(now - (days - 1) * DAY_MS).toISOString().slice(0, 10);
  const { data, failure, reload, mutate } = useApi<ReconciliationResponse>(
    `${base}/reconciliation?from=${from}&to=${new Date(now).toISOString().slice(0, 10)}`,
    { keepPreviousData: true },
  );
  const refresh = async () => {
    await mutate().catch(() => undefined);
  };
  if (failure) {
    return (
      <Alert variant="danger">
        {failure}
        <div>
          <Button size="sm" onClick={reload}>
            Retry
          </Button>
        </div>
      </Alert>
    );
  }
  if (!data) return <Loading />;
  return (
    <>
      <SettingsSection
        id="charges"
        title="Day by day"
        description="By key and UTC day, as providers report. A difference above 5 % and $1 is marked, and you are told of it once."
      >
        <ChargesByDay report={data} days={days} onDays={setDays} isOperators={base !== "/api/v1"} />
      </SettingsSection>
      <SettingsSection
        id="asked"
        title="Who is asked"
        description="Each provider is asked once a night. OpenRouter answers a key about itself."
      >
        <SourceList sources={data.sources} base={base} now={now} onChecked={refresh} />
      </SettingsSection>
      <SettingsSection
        id="admin-keys"
        title="Admin keys"
        description="Anthropic and OpenAI tell only an organization's admins what was charged. Such a key is sealed here, used for these reports alone, and never for messages."
      >
        <AdminKeys keys={data.adminKeys} base={base} now={now} onChanged={refresh} />
      </SettingsSection>
    </>
  );
}

function Loading() {
  return (
    <div className="grid gap-4 border-t py-8">
      <span role="status" className="sr-only">
        Loading what was charged
      </span>
      <Skeleton className="h-9 w-40" />
      <Skeleton className="h-40" />
      <Skeleton className="h-24" />
    </div>
  );
}
