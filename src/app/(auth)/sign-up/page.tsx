import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { safeNext } from "@/components/auth/safe-next";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { SocialButtons } from "@/components/auth/social-buttons";
import { socialProviders } from "@/components/auth/social-providers";
import { currentUser } from "@/lib/auth/current-user";

export const metadata: Metadata = { title: "Create an account" };

export default async function SignUpPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const query = await searchParams;
  const next = safeNext(query["next"]);
  if (await currentUser()) redirect(next);
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
      <SocialButtons providers={socialProviders(process.env)} next={next} />
      <SignUpForm next={next} />
    </>
  );
}
