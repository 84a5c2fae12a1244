"use client";

import { Alert } from "@/components/ui/alert";
import { Skeleton } from "@/components/ui/skeleton";
import { SignUpForm } from "./sign-up-form";
import { SocialButtons, type SocialProvider } from "./social-buttons";
import { useLink } from "./use-link";

/** For a way in that leads through another site and back; the account endpoints read it, no script has to. */
function rememberInvitation(token: string): void {
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  // oxlint-disable-next-line unicorn/no-document-cookie -- for the next minutes only, and for these endpoints
  document.cookie = `orchestral.invitation=${token}; path=/api/auth; max-age=1800; samesite=lax${secure}`;
}

/**
 * The ways to make an account, with the invitation in this page's address if there is one.
 *
 * @param isInvitedOnly nothing is offered without an invitation
 * @param next where to go afterwards, already checked by `safeNext`
 */
export function SignUp({
  isInvitedOnly,
  providers,
  next,
}: {
  isInvitedOnly: boolean;
  providers: SocialProvider[];
  next: string;
}) {
  const link = useLink("invitation");
  // Whoever needs none sees the form in the server's HTML.
  if (link.kind === "checking" && isInvitedOnly) {
    return (
      <div className="grid gap-4">
        <span role="status" className="sr-only">
          Looking at your invitation
        </span>
        <Skeleton className="h-16" />
        <Skeleton className="h-16" />
        <Skeleton className="h-11" />
      </div>
    );
  }
  if (link.kind === "none" && isInvitedOnly) {
    return (
      <Alert variant="info" role={undefined}>
        You need an invitation to make an account here. Open the link you were given, or ask the operator of
        this installation for one.
      </Alert>
    );
  }
  if (link.kind === "invalid") return <Alert variant="danger">{link.sentence}</Alert>;
  const invitation = link.kind === "valid" ? { token: link.token, email: link.link.email } : null;
  return (
    <>
      {invitation ? (
        <Alert variant="success" className="mb-5">
          You are invited. The link works once.
        </Alert>
      ) : null}
      <SocialButtons
        providers={providers}
        next={next}
        onLeave={() => (invitation ? rememberInvitation(invitation.token) : undefined)}
      />
      <SignUpForm key={invitation?.token} next={next} invitation={invitation} />
    </>
  );
}
