// Package forecast fits a robust trend (Theil–Sen, with a weekly season from two weeks on) to daily peaks and says when a limit
// will be passed ([Of]) and by how much the load grows until a horizon ([Growth]). It is silent below seven complete days.
//
// It is pure: peaks, limits and the time come in. Limits in several quantities are independent of each other.
package forecast
