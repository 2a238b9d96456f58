using PoshAcmeSharp.Challenges;
using Xunit;

namespace PoshAcmeSharp.Tests.Challenges;

public class DnsAccountLabelTests
{
    [Fact]
    public void The_example_of_the_specification_gets_its_label()
        => Assert.Equal("_ujmmovf2vn55tgye._acme-challenge", DnsAccountLabel.ForAccount("https://example.com/acme/acct/ExampleAccount"));

    [Fact]
    public void Urls_that_differ_in_case_are_different_accounts()
        => Assert.NotEqual(DnsAccountLabel.ForAccount("https://ca.example.test/a"), DnsAccountLabel.ForAccount("https://ca.example.test/A"));
}
