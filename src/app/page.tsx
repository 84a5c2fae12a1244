import Link from "next/link";
import { redirect } from "next/navigation";
import { PublicFrame } from "@/components/app-shell/public-frame";
import { ReceiptFigure } from "@/components/app-shell/receipt-figure";
import { buttonVariants } from "@/components/ui/button";
import { currentUser } from "@/lib/auth/current-user";
import { signUpMode } from "@/lib/auth/sign-up-policy";

const PROMISES = [
  ["You choose the payer", "Platform key or your own, and which model, before each message."],
  ["Your key stays sealed", "Encrypted at rest, opened only for the one request that needs it."],
  ["Every answer says who paid", "Model, key and tokens stand under it, for good."],
] as const;

export default async function StartPage() {
  if (await currentUser()) redirect("/projects");
  const canSignUp = (await signUpMode()) === "open";
  return (
    <PublicFrame
      end={
        <Link href="/sign-in" className={buttonVariants({ variant: "ghost", size: "sm" })}>
          Sign in
        </Link>
      }
      className="mx-auto w-full max-w-6xl justify-center gap-14 px-4 pt-8 pb-14 sm:px-8"
    >
      <div className="grid items-center gap-12 lg:grid-cols-[1.15fr_1fr] lg:gap-16">
        <div>
          <h1 className="font-display text-4xl font-normal tracking-[-0.02em]">
            Your code, your key, your choice of model.
          </h1>
          <p className="mt-5 max-w-[34rem] text-lg text-pretty text-text-muted">
            Orchestral is an AI coding workspace on your own server. Open a project, ask for code, watch the
            files appear, and decide message by message whose key pays.
          </p>
          <div className="mt-8 flex flex-wrap gap-3">
            {canSignUp ? (
              <Link href="/sign-up" className={buttonVariants({ variant: "primary", size: "lg" })}>
                Create an account
              </Link>
            ) : null}
            <Link
              href="/sign-in"
              className={buttonVariants({ variant: canSignUp ? "secondary" : "primary", size: "lg" })}
            >
              Sign in
            </Link>
          </div>
        </div>
        <div className="flex lg:justify-end">
          <ReceiptFigure />
        </div>
      </div>
      <ul className="grid gap-6 border-t pt-8 sm:grid-cols-3 sm:gap-8">
        {PROMISES.map(([title, text]) => (
          <li key={title}>
            <p className="text-sm font-semibold">{title}</p>
            <p className="mt-1 text-sm text-pretty text-text-muted">{text}</p>
          </li>
        ))}
      </ul>
    </PublicFrame>
  );
}
