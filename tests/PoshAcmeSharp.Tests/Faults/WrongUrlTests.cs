using PoshAcmeSharp.Acme;
using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

/// <summary>A URL of the server's, but of another thing than it is given for. The server answers it all the same.</summary>
public sealed class WrongUrlTests : FaultTestBase
{
    [Fact]
    public async Task An_account_is_not_taken_for_an_authorization()
    {
        var account = await OpenAsync();

        var error = await AssertFailsAsync(() => account.GetAuthorizationAsync(account.Account.Location), "NotAnAuthorization");

        Assert.Contains(account.Account.Location, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authorization_is_not_taken_for_a_challenge()
    {
        var account = await OpenAsync();
        var order = await account.NewOrderAsync([new AcmeIdentifier(AcmeIdentifier.Dns, Name)]);
        var url = order.Authorizations[0];

        var error = await AssertFailsAsync(() => account.AcknowledgeAsync(url), "NotAChallenge");

        Assert.Contains(url, error.Message, StringComparison.Ordinal);
        Assert.Equal("pending", (await account.GetAuthorizationAsync(url)).Status);
    }

    [Fact]
    public async Task What_is_no_URL_is_named_for_what_it_was_given_as()
    {
        var account = await OpenAsync();

        var challenge = await AssertFailsAsync(() => account.AcknowledgeAsync("nonsense"), "InvalidUrl");
        var authorization = await AssertFailsAsync(() => account.GetAuthorizationAsync("nonsense"), "InvalidUrl");

        Assert.StartsWith("The challenge URL 'nonsense'", challenge.Message, StringComparison.Ordinal);
        Assert.StartsWith("The authorization URL 'nonsense'", authorization.Message, StringComparison.Ordinal);
    }
}
