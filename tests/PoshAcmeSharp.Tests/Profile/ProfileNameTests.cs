using PoshAcmeSharp.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public class ProfileNameTests
{
    [Theory]
    [InlineData("LE_PROD")]
    [InlineData("www.example.test")]
    [InlineData("!.example.test")]
    [InlineData("-x_1")]
    public void Names_of_letters_digits_and_four_marks_are_taken(string name) => ProfileName.Check(name);

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("*.example.test")]
    [InlineData("a b")]
    [InlineData("name\n")]
    [InlineData("dot.")]
    [InlineData("con")]
    [InlineData("NUL.txt")]
    [InlineData("com1.example")]
    [InlineData("acct.json")]
    [InlineData("ä")]
    public void Names_that_could_be_no_folder_or_the_wrong_one_are_refused(string name)
        => Assert.Equal("InvalidName", Assert.Throws<PoshAcmeException>(() => ProfileName.Check(name)).ErrorId);

    [Theory]
    [InlineData("*.example.test", "!.example.test")]
    [InlineData("::1", "__1")]
    [InlineData("con", "_con")]
    public void The_folder_of_an_order_comes_from_its_main_domain(string mainDomain, string expected)
        => Assert.Equal(expected, ProfileName.FromMainDomain(mainDomain));

    [Theory]
    [InlineData("https://ca.example.test/acme/acct/123", "123")]
    [InlineData("https://ca.example.test/acme/acct/123/", "123")]
    [InlineData("https://ca.example.test/acct?id=5", "acct")]
    [InlineData("https://ca.example.test/acct/a b", "a_b")]
    public void The_id_of_an_account_is_the_last_part_of_its_url(string url, string expected)
        => Assert.Equal(expected, ProfileName.FromAccountUrl(url));

    [Theory]
    [InlineData("https://acme-v02.api.letsencrypt.org/directory", "LE_PROD")]
    [InlineData("https://ca.example.test/dir", "ca.example.test")]
    [InlineData("https://ca.example.test:443/dir", "ca.example.test")]
    [InlineData("https://localhost:14000/dir", "localhost_14000")]
    [InlineData("https://[::1]:14000/dir", "__1_14000")]
    public void A_server_without_a_name_gets_one_from_its_url(string url, string expected)
        => Assert.Equal(expected, WellKnownServers.DefaultName(url));

    [Fact]
    public void Well_known_names_mean_urls_in_any_case()
        => Assert.Equal("https://acme-staging-v02.api.letsencrypt.org/directory", WellKnownServers.ToDirectoryUrl("le_stage"));
}
