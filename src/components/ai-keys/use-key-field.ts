import { useRef, useState } from "react";

/**
 * A field that holds a key: it is read when it is needed and never kept in React state.
 *
 * @returns `version` is the field's React key: another element takes its place when it is cleared, because the browser's undo history
 *   and its form restoration belong to the old one
 */
export function useKeyField() {
  const ref = useRef<HTMLInputElement>(null);
  const [version, setVersion] = useState(0);
  return {
    ref,
    version,
    read: () => ref.current?.value.trim() ?? "",
    focus: () => ref.current?.focus(),
    clear: () => {
      if (ref.current) ref.current.value = "";
      setVersion((current) => current + 1);
    },
  };
}
