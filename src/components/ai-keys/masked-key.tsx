/** Identifies a key by its last four characters, all that is ever shown. */
export function MaskedKey({ last4 }: { last4: string }) {
  return (
    <span className="font-mono whitespace-nowrap">
      <span aria-hidden>•••• {last4}</span>
      <span className="sr-only">ending in {last4}</span>
    </span>
  );
}
