using PoshAcmeSharp.Issuance;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class RenewalRulesTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(90, 60)]
    [InlineData(45, 30)]
    [InlineData(398, 368)]
    [InlineData(10, 5)]
    [InlineData(6, 3)]
    [InlineData(12, 8)]
    public void A_third_of_the_lifetime_is_left_but_30_days_at_most_and_half_of_a_short_one(int lifetimeDays, int renewAfterDays)
        => Assert.Equal(Start.AddDays(renewAfterDays), RenewalRules.ByLifetime(Start, Start.AddDays(lifetimeDays)));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 10)]
    [InlineData(3, 100)]
    public void The_first_tries_after_a_failure_come_soon_after_it(int failures, int minutes)
        => Assert.Equal(Start.AddMinutes(5 + minutes), RenewalRules.AfterFailure(failures, Start, Start.AddMinutes(5), null));

    [Theory]
    [InlineData(4)]
    [InlineData(400)]
    public void Later_tries_come_daily_and_a_daily_task_does_not_just_miss_them(int failures)
    {
        var next = RenewalRules.AfterFailure(failures, Start, Start.AddMinutes(5), null);

        Assert.InRange(next, Start.AddHours(22), Start.AddDays(1).AddMinutes(-30));
    }

    [Fact]
    public void The_CA_may_ask_for_a_longer_pause_but_not_for_a_shorter_one()
    {
        Assert.Equal(Start.AddHours(34), RenewalRules.AfterFailure(1, Start, Start, TimeSpan.FromHours(34)));
        Assert.Equal(Start.AddMinutes(10), RenewalRules.AfterFailure(2, Start, Start, TimeSpan.FromSeconds(5)));
        Assert.Equal(Start.AddDays(7), RenewalRules.AfterFailure(1, Start, Start, TimeSpan.FromDays(3650)));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(0.5, 11)]
    [InlineData(1, 12)]
    public void A_moment_in_the_window_is_picked_by_chance(double random, int day)
        => Assert.Equal(Start.AddDays(day), RenewalRules.Pick(Start.AddDays(10), Start.AddDays(12), Start.AddDays(90), random));

    [Fact]
    public void A_window_that_is_open_beyond_the_end_of_the_certificate_is_used_up_to_there()
        => Assert.Equal(Start.AddDays(20), RenewalRules.Pick(Start.AddDays(10), Start.AddDays(900), Start.AddDays(20), 1));
}
