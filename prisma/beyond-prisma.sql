-- What the Prisma schema cannot say. Appended to the first migration by `npm run db:rewrite-init`.

-- Counters that a crash may forget need no write-ahead log.
ALTER TABLE "throttle_hits" SET UNLOGGED;

-- The claim: the next job of a kind, fairest first, and those whose delay is over. Finished jobs, the bulk of the
-- table, are in neither.
CREATE INDEX "jobs_claimable" ON "jobs" ("kind", "tier", "fair_tag", "id") WHERE "state" = 'WAITING';
CREATE INDEX "jobs_delayed" ON "jobs" ("kind", "run_at") WHERE "state" = 'DELAYED';

-- What failed for a reason, newest first.
CREATE INDEX "jobs_errors" ON "jobs" ("error_code", "created_at" DESC, "id" DESC) WHERE "error_code" IS NOT NULL;

-- The sweep for runs whose worker died.
CREATE INDEX "jobs_leased" ON "jobs" ("lease_expires_at") WHERE "state" = 'ACTIVE';

ALTER TABLE "users"
  ADD CONSTRAINT "users_email_lower_case" CHECK ("email" = lower("email"));

ALTER TABLE "uploads"
  ADD CONSTRAINT "uploads_size_positive" CHECK ("size" > 0),
  ADD CONSTRAINT "uploads_sha256_hex" CHECK ("sha256" ~ '^[0-9a-f]{64}$');

ALTER TABLE "assets"
  ADD CONSTRAINT "assets_size_not_negative" CHECK ("size" >= 0),
  ADD CONSTRAINT "assets_sha256_hex" CHECK ("sha256" ~ '^[0-9a-f]{64}$'),
  ADD CONSTRAINT "assets_dimensions_positive" CHECK ("width" > 0 AND "height" > 0);

ALTER TABLE "renditions"
  ADD CONSTRAINT "renditions_size_not_negative" CHECK ("size" >= 0);

ALTER TABLE "jobs"
  ADD CONSTRAINT "jobs_counters_not_negative" CHECK ("starts" >= 0 AND "attempts" >= 0 AND "losses" >= 0),
  ADD CONSTRAINT "jobs_max_attempts_positive" CHECK ("max_attempts" > 0),
  -- Only a run that is under way may hold the token that lets it commit.
  ADD CONSTRAINT "jobs_lease_while_active" CHECK (("state" = 'ACTIVE') = ("lease_token" IS NOT NULL));

ALTER TABLE "refresh_tokens"
  ADD CONSTRAINT "refresh_tokens_hash_sha256" CHECK (octet_length("hash") = 32);
