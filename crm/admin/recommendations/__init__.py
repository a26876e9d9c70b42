"""The pages of recommendations: to review, made, ruled, refused, and taken to a campaign."""
