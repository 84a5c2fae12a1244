import { Checkbox } from "@/components/ui/checkbox";

/** Whether new tabs start with the draft, on every device. */
export function DefaultChoice({
  isChosen,
  onChange,
}: {
  isChosen: boolean;
  onChange: (isChosen: boolean) => void;
}) {
  return (
    <Checkbox
      label="My default for new tabs"
      checked={isChosen}
      onChange={(event) => onChange(event.target.checked)}
      className="items-center sm:order-first sm:mr-auto [&>input]:mt-0"
    />
  );
}
