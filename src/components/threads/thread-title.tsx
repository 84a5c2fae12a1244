/** A title in one line. If it is cut off, the number that tells it from others like it stays. */
export function ThreadTitle({ title }: { title: string }) {
  const number = / \(\d+\)$/.exec(title)?.[0] ?? "";
  return (
    <span className="flex min-w-0" title={title}>
      <span className="truncate">{title.slice(0, title.length - number.length)}</span>
      {number ? <span className="shrink-0 whitespace-pre">{number}</span> : null}
    </span>
  );
}
