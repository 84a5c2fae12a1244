/** Identifies a key by its last four characters, all that is ever shown, in the same form everywhere. */
export function MaskedKey({ last4 }: { last4: string }) {
  if (last4 === "") return <span className="text-text-muted">no key</span>;
  return (
    <span className="whitespace-nowrap">
      <span aria-hidden>···{last4}</span>
      <span className="sr-only">ending in {last4}</span>
    </span>
  );
}
