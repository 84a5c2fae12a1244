import { Download } from "lucide-react";
import { buttonVariants } from "@/components/ui/button";
import { type AuditQuery, auditAddress } from "./use-audit-pages";

/** Downloads what the filters choose, with each use of a key. */
export function ExportLinks({ path, query }: { path: `/api/${string}`; query: AuditQuery }) {
  return (
    <div className="flex flex-wrap gap-2">
      {(["csv", "ndjson"] as const).map((format) => (
        <a
          key={format}
          href={auditAddress(path, { ...query, format })}
          download
          className={buttonVariants({ size: "sm" })}
        >
          <Download aria-hidden />
          Download {format.toUpperCase()}
        </a>
      ))}
    </div>
  );
}
