using PoshAcmeSharp.Acme;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class LinkHeaderTests
{
    private static readonly Uri Base = new("https://example.com/acme/cert/1");

    // RFC 8288 section 3.5.
    [Theory]
    [InlineData("<http://example.com/TheBook/chapter2>; rel=\"previous\"; title=\"previous chapter\"", "http://example.com/TheBook/chapter2 previous")]
    [InlineData("</>; rel=\"http://example.net/foo\"", "https://example.com/ http://example.net/foo")]
    [InlineData("</terms>; rel=\"copyright\"; anchor=\"#foo\"", "https://example.com/terms copyright")]
    [InlineData("</TheBook/chapter2>; rel=\"previous\"; title*=UTF-8'de'letztes%20Kapitel, </TheBook/chapter4>; rel=\"next\"; title*=UTF-8'de'n%c3%a4chstes%20Kapitel", "https://example.com/TheBook/chapter2 previous", "https://example.com/TheBook/chapter4 next")]
    [InlineData("<http://example.org/>; rel=\"start http://example.net/relation/other\"", "http://example.org/ start http://example.net/relation/other")]
    [InlineData("<https://example.org/>; rel=\"start\", <https://example.org/index>; rel=\"index\"", "https://example.org/ start", "https://example.org/index index")]
    public void The_examples_of_RFC_8288_are_read(string header, params string[] expected) => Assert.Equal(expected, Read(header));

    [Theory]
    [InlineData("<https://example.com/2>;rel=\"alternate\"")]
    [InlineData("<https://example.com/2>;rel=alternate")]
    [InlineData("  <https://example.com/2>  ;  rel  =  \"alternate\"  ")]
    [InlineData("<https://example.com/2>\t;\trel=\talternate\t")]
    [InlineData("<https://example.com/2>; REL=\"Alternate\"")]
    [InlineData("<https://example.com/2>;;;rel=alternate;")]
    [InlineData("< https://example.com/2 >;rel=\"alternate\"")]
    [InlineData("<https://example.com/2>; rel=\"alternate\"; rel=\"index\"")]
    [InlineData("<https://example.com/2>; title=\"a, b; <c>; rel=\\\"index\\\"\"; rel=\"alternate\"")]
    [InlineData(",, <https://example.com/2>; rel=\"alternate\" ,,")]
    [InlineData("<2>; rel=\"alternate\"", "https://example.com/acme/cert/2 alternate")]
    [InlineData("<../2>; rel=\"alternate\"", "https://example.com/acme/2 alternate")]
    [InlineData("<//other.example/2>; rel=\"alternate\"", "https://other.example/2 alternate")]
    [InlineData("<https://example.com/a,b;c>; rel=\"alternate\"", "https://example.com/a,b;c alternate")]
    [InlineData("<https://example.com/2>; rel=\"  up   alternate \"", "https://example.com/2 up alternate")]
    public void Any_writing_of_a_link_is_read(string header, string expected = "https://example.com/2 alternate")
        => Assert.Equal([expected], Read(header));

    [Theory]
    [InlineData("")]
    [InlineData("https://example.com/2; rel=\"alternate\"")]
    [InlineData("<https://example.com/2; rel=\"alternate\"")]
    [InlineData("<https://example.com/2>")]
    [InlineData("<https://example.com/2>; rel")]
    [InlineData("<https://example.com/2>; rel=")]
    [InlineData("<https://example.com/2>; rel=\"\"")]
    [InlineData("<https://[/2>; rel=\"alternate\"")]
    [InlineData("<https://example.com/2>; title=\"rel=alternate")]
    public void What_is_no_link_is_passed_over(string header) => Assert.Empty(Read(header));

    [Fact]
    public void A_link_that_cannot_be_read_does_not_hide_the_next()
        => Assert.Equal(["https://example.com/3 alternate"], Read("<https://[/2>; rel=\"alternate\", <https://example.com/3>; rel=\"alternate\""));

    [Fact]
    public void Several_headers_are_read_in_their_order()
        => Assert.Equal(
            ["https://example.com/dir index", "https://example.com/2 alternate", "https://example.com/3 alternate"],
            Read("</dir>;rel=\"index\"", "</2>;rel=\"alternate\", </3>;rel=\"alternate\""));

    [Fact]
    public void A_huge_header_is_read_in_one_pass()
    {
        var header = string.Join(",", Enumerable.Repeat("</2>;rel=\"alternate\"", 50_000)) + new string('<', 50_000) + new string(';', 50_000);

        Assert.Equal(50_000, Read(header).Length);
    }

    private static string[] Read(params string[] headers)
        => [.. LinkHeader.Parse(headers, Base).Select(l => $"{l.Target.AbsoluteUri} {string.Join(" ", l.Relations)}")];
}
