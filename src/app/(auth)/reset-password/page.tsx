import type { Metadata } from "next";
import { ResetPassword } from "@/components/auth/reset-password";

export const metadata: Metadata = { title: "Set a new password", referrer: "no-referrer" };

export default function ResetPasswordPage() {
  return (
    <>
      <h1 className="mb-7 font-display text-2xl font-normal tracking-[-0.015em]">Set a new password</h1>
      <ResetPassword />
    </>
  );
}
