import type { ComponentProps } from "react";
import { useHydrated } from "@/components/auth/use-hydrated";
import { Input } from "@/components/ui/input";

/**
 * A masked field that password managers do not take for a login. Uncontrolled: the key lives only in the DOM
 * field.
 *
 * `type="password"` is what they look for: Chromium ignores `autocomplete="off"` on it, fills the site's
 * password in and offers to save the key as one (lobe-chat #1075, frappe/flow_client #103). So it is a text
 * field that the browser draws as dots (`-webkit-text-security`: Chromium, Safari, Firefox 111), with the
 * opt-outs the large managers document. Browsers that cannot draw dots get a password field, because masking
 * matters more.
 */
export function KeyInput(props: Omit<ComponentProps<typeof Input>, "type" | "name" | "value">) {
  const isHydrated = useHydrated();
  const canMask = !isHydrated || CSS.supports("-webkit-text-security", "disc");
  return (
    <Input
      {...props}
      type={canMask ? "text" : "password"}
      name={`field-${props.id}`}
      autoComplete={canMask ? "off" : "new-password"}
      autoCapitalize="off"
      autoCorrect="off"
      spellCheck={false}
      data-1p-ignore=""
      data-lpignore="true"
      data-bwignore="true"
      data-form-type="other"
      className="font-mono not-placeholder-shown:[-webkit-text-security:disc]"
    />
  );
}
