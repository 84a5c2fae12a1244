import type { ReactNode } from "react";
import { PublicFrame } from "@/components/app-shell/public-frame";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <PublicFrame className="items-center px-4 pt-6 pb-16 sm:pt-[8vh]">
      <div className="w-full max-w-88">{children}</div>
    </PublicFrame>
  );
}
