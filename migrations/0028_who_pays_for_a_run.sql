-- What a usage row needs of a run whose server was killed: another server records the request that was in progress.
-- Null of runs that a server of before has begun.
ALTER TABLE "runs" ADD COLUMN "paying" jsonb;
