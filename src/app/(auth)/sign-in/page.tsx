import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { safeNext } from "@/components/auth/safe-next";
import { SignInForm } from "@/components/auth/sign-in-form";
import { signInProblem } from "@/components/auth/sign-in-problem";
import { SocialButtons } from "@/components/auth/social-buttons";
import { socialProviders } from "@/components/auth/social-providers";
import { Alert } from "@/components/ui/alert";
import { currentUser } from "@/lib/auth/current-user";
import { signUpMode } from "@/lib/auth/sign-up-policy";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await searchParams;
  const next = safeNext(query["next"]);
  if (await currentUser()) redirect(next);
  const mode = await signUpMode();
  return (
    <>
      <h1 className="font-display text-2xl font-normal tracking-[-0.015em]">Sign in</h1>
      <p className="mt-1 mb-7 text-text-muted">
        {mode === "open" ? (
          <>
            New here?{" "}
            <Link
              href={query["next"] === undefined ? "/sign-up" : `/sign-up?next=${encodeURIComponent(next)}`}
              className="font-medium text-accent-text underline decoration-accent-text/40 underline-offset-3 hover:decoration-current"
            >
              Create an account
            </Link>
          </>
        ) : mode === "invited" ? (
          "New here? Open the invitation link you were given."
        ) : (
          "This installation takes no new accounts."
        )}
      </p>
      {query["error"] ? (
        <Alert variant="danger" className="mb-5">
          {signInProblem(query["error"])}
        </Alert>
      ) : null}
      <SocialButtons providers={socialProviders(process.env)} next={next} />
      <SignInForm next={next} />
      <p className="mt-6 text-sm text-text-muted">
        Forgot your password? The operator of this installation can give you a link to set a new one.
      </p>
    </>
  );
}
