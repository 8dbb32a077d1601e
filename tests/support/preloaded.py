"""What processes of tests would each import and read anew: the one they are forked from has it."""

import alembic.command  # noqa: F401 - to be there
import simplemma

import website.build.pipeline
import website.checking
import website.ops.publishing.publisher  # noqa: F401 - to be there

simplemma.is_known("Haus", lang="de", low_memory=True)
