package analyzer

// Recent is what Present replaces. It returns the long verdict with the rules of the recent one: quota warnings follow what flows now, while the
// choice and the forecast rest on the whole history. Rules that the recent verdict does not hold for an option stay.
func Recent(long, recent Verdict) Verdict {
	out := long
	out.Options = make([]Option, len(long.Options))
	for i, option := range long.Options {
		for _, r := range recent.Options {
			if r.Kind == option.Kind && r.Size == option.Size {
				option.Rules = r.Rules
				break
			}
		}
		out.Options[i] = option
	}
	return out
}
