import { Settings2 } from "lucide-react";
import { useId, useRef } from "react";
import { IconButton } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { placeBeside } from "@/components/ui/place-beside";
import { cn } from "@/lib/cn";
import { keepWorking, useKeepsWorking } from "./keep-working";

/** What holds for the answers of this browser. @param onChange also for the one that runs */
export function AnswerOptions({ onChange }: { onChange: (keepsWorking: boolean) => void }) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const isOn = useKeepsWorking();
  return (
    <>
      <IconButton
        ref={button}
        label="Answer options"
        popoverTarget={id}
        className={cn("relative", isOn && "text-accent-text")}
      >
        <Settings2 aria-hidden />
        {isOn ? (
          <span aria-hidden className="absolute top-1 right-1 size-1.5 rounded-full bg-accent" />
        ) : null}
      </IconButton>
      <div
        id={id}
        popover="auto"
        role="dialog"
        aria-label="Answer options"
        onToggle={(event) => {
          if (event.newState === "open" && button.current)
            placeBeside(button.current, event.currentTarget, { align: "end" });
        }}
        className="fixed inset-auto m-0 w-80 max-w-[calc(100vw-1rem)] rounded-lg border bg-surface-raised p-4 text-sm text-text shadow-lg"
      >
        <Checkbox
          label="Keep working when I leave"
          description="An answer goes on to its end, and costs what it costs, when nobody has its thread open. Otherwise it stops a little later."
          checked={isOn}
          onChange={({ target }) => {
            keepWorking(target.checked);
            onChange(target.checked);
          }}
        />
      </div>
    </>
  );
}
