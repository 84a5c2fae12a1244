import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { safeNext } from "@/components/auth/safe-next";
import { SignUp } from "@/components/auth/sign-up";
import { socialProviders } from "@/components/auth/social-providers";
import { Alert } from "@/components/ui/alert";
import { currentUser } from "@/lib/auth/current-user";
import { signUpMode } from "@/lib/auth/sign-up-policy";

export const metadata: Metadata = { title: "Create an account" };

export default async function SignUpPage({
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
      <h1 className="font-display text-2xl font-normal tracking-[-0.015em]">Create an account</h1>
      <p className="mt-1 mb-7 text-text-muted">
        Already have one?{" "}
        <Link
          href={query["next"] === undefined ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`}
          className="font-medium text-accent-text underline decoration-accent-text/40 underline-offset-3 hover:decoration-current"
        >
          Sign in
        </Link>
      </p>
      {mode === "closed" ? (
        <Alert variant="info" role={undefined}>
          This installation takes no new accounts. If you need one, ask its operator.
        </Alert>
      ) : (
        <SignUp isInvitedOnly={mode === "invited"} providers={socialProviders(process.env)} next={next} />
      )}
    </>
  );
}
