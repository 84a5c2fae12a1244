"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { keepTimeZone } from "@/lib/time-zone";

/** Tells the server the browser's zone, and has it render again if it rendered by another. */
export function KeepTimeZone({ rendered }: { rendered: string }) {
  const router = useRouter();
  useEffect(() => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    if (!timeZone || timeZone === rendered) return;
    keepTimeZone(timeZone);
    router.refresh();
  }, [rendered, router]);
  return null;
}
