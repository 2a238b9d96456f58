using System.Globalization;
using PoshAcmeSharp.Acme;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(1994, 11, 6, 8, 49, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("120", 120)]
    [InlineData(" 120 ", 120)]
    [InlineData("007", 7)]
    // The three forms of RFC 9110 section 5.6.7.
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 30)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 30)]
    [InlineData("Sun Nov  6 08:49:37 1994", 30)]
    [InlineData("Sat, 05 Nov 1994 08:49:37 GMT", 0)]
    public void Seconds_and_dates_are_read(string header, int seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfter.Parse(header, Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("soon")]
    [InlineData("-5")]
    [InlineData("+5")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("5 s")]
    [InlineData("1/2")]
    [InlineData("12:30")]
    [InlineData("١٢")]
    [InlineData("Sun, 06 Nov")]
    public void What_is_neither_is_no_wait(string? header) => Assert.Null(RetryAfter.Parse(header, Now));

    [Theory]
    [InlineData("400000000000")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public void A_huge_wait_stays_within_the_calendar(string header)
    {
        var wait = RetryAfter.Parse(header, Now)!.Value;

        Assert.InRange((DateTimeOffset.UtcNow + wait).Year, 2030, 3000);
    }

    [Fact]
    public void A_number_longer_than_any_header_is_a_huge_wait()
        => Assert.True(RetryAfter.Parse(new string('9', 5000), Now) > TimeSpan.FromDays(365));

    [Fact]
    public void The_culture_of_the_machine_plays_no_part()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ar-SA");
            Assert.Equal(TimeSpan.FromSeconds(30), RetryAfter.Parse("Sun, 06 Nov 1994 08:49:37 GMT", Now));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
