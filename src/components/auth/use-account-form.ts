import { type SubmitEvent, useRef, useState } from "react";
import { AuthRefusal } from "./call-auth";

export type Problems<Name extends string> = Partial<Record<Name | "form", string>>;

/**
 * A form of the account API, one attempt at a time. Errors are shown at their field, the first of which is
 * focused, or under `form`.
 *
 * @param names of its fields, in their order
 * @param send validates and sends the input. Returns the problems, or "leaving" when another page is about to
 *   load; an AuthRefusal it throws is shown
 */
export function useAccountForm<Name extends string>(
  names: readonly Name[],
  send: (form: HTMLFormElement) => Promise<Problems<Name> | "leaving">,
) {
  const ref = useRef<HTMLFormElement>(null);
  const [pending, setPending] = useState(false);
  const [problems, setProblems] = useState<Problems<Name>>({});

  function show(found: Problems<Name>) {
    setPending(false);
    setProblems(found);
    const first = names.find((name) => found[name]);
    if (first) ref.current?.querySelector<HTMLInputElement>(`[name="${first}"]`)?.focus();
  }

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    setProblems({});
    try {
      const found = await send(event.currentTarget);
      if (found !== "leaving") show(found);
    } catch (error) {
      if (!(error instanceof AuthRefusal)) {
        setPending(false);
        throw error;
      }
      const { field, message } = error;
      show({ [names.find((name) => name === field) ?? "form"]: message } as Problems<Name>);
    }
  }

  // `method="post"`: if the browser submits this form without our handler, the password does not end up in
  // the URL.
  const form = {
    ref,
    method: "post",
    noValidate: true,
    onSubmit: (event: SubmitEvent<HTMLFormElement>) => void submit(event),
  } as const;
  return { form, pending, problems };
}
