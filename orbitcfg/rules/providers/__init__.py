"""ORB4xx: provider blocks: what they need, where they lead, presets, models, labels."""

from orbitcfg.rules.providers import audio, blocks, context, embeddings, history, keys, labels, presets, settings, shimmy, urls

RULES = (
    *blocks.RULES,
    *keys.RULES,
    *urls.RULES,
    *shimmy.RULES,
    *presets.RULES,
    *settings.RULES,
    *history.RULES,
    *context.RULES,
    *embeddings.RULES,
    *labels.RULES,
    *audio.RULES,
)
