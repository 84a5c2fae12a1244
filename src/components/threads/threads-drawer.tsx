"use client";

import type { ReactNode } from "react";
import { Dialog } from "@/components/ui/dialog";

/** The threads on a narrow screen: a sheet at the left edge. */
export default function ThreadsDrawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="Threads"
      headerClassName="px-4 pt-4 pb-2 sm:px-4 sm:pt-4"
      className="m-0 mr-auto h-dvh max-h-dvh w-80 max-w-[calc(100vw-3rem)] rounded-none border-y-0 border-l-0 max-sm:mt-0 max-sm:h-dvh max-sm:max-h-dvh max-sm:w-80 max-sm:max-w-[calc(100vw-3rem)] max-sm:animate-fade"
    >
      {children}
    </Dialog>
  );
}
