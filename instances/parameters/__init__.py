"""The cloud side's assumptions and limits: what each is, its unit, its range, where its default comes from."""
