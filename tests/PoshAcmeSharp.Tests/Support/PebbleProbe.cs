using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Jose;

namespace PoshAcmeSharp.Tests.Support;

/// <summary>Finds out once, by trying, what the Pebble on the PATH cannot do: not every build of it tells its version.</summary>
internal static class PebbleProbe
{
    private const string Domain = "probe.test";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>The reasons for what cannot be tested.</summary>
    public static Lazy<IReadOnlyDictionary<PebbleFeature, string>> Missing { get; } = new(() => Task.Run(ProbeAsync).GetAwaiter().GetResult());

    private static async Task<IReadOnlyDictionary<PebbleFeature, string>> ProbeAsync()
    {
        try
        {
            return await FindMissingAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or PoshAcmeException or OperationCanceledException)
        {
            // An error while tests are looked for hides them: a Pebble that does not work has to fail them.
            return new Dictionary<PebbleFeature, string>();
        }
    }

    private static async Task<IReadOnlyDictionary<PebbleFeature, string>> FindMissingAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await using var server = await PebbleServer.StartAsync(cancellationToken: deadline.Token);
        var missing = new Dictionary<PebbleFeature, string>();
        if (!server.Features.HasRenewalInfo)
        {
            missing[PebbleFeature.RenewalInfo] = "This Pebble offers no renewalInfo; 2.6 and later do.";
        }

        if (!server.Features.HasProfiles)
        {
            missing[PebbleFeature.Profiles] = "This Pebble offers no profiles; 2.7 and later do.";
        }

        if (await WhyNoDnsAccountAsync(server, deadline.Token) is { } reason)
        {
            missing[PebbleFeature.DnsAccount] = reason;
        }

        return missing;
    }

    /// <summary>The directory does not tell: what is offered with an order, and where Pebble looks, does.</summary>
    private static async Task<string?> WhyNoDnsAccountAsync(PebbleServer server, CancellationToken cancellationToken)
    {
        using var client = await AcmeClient.ConnectAsync(server.DirectoryUrl, new AcmeOptions { CACertificatePem = server.ApiCaCertificatePem }, cancellationToken);
        using var key = AccountKey.Generate(KeyLength.Ec256);
        var account = await client.NewAccountAsync(key, new NewAccountOptions { TermsOfServiceAgreed = true }, cancellationToken);
        var order = await account.NewOrderAsync([PoshAcmeSharp.Acme.AcmeIdentifier.Parse(Domain)], cancellationToken: cancellationToken);
        var authorization = (await account.GetAuthorizationsAsync(order.Authorizations, cancellationToken))[0];
        if (authorization.FindChallenge(ChallengeType.DnsAccount01) is not { } challenge)
        {
            return "This Pebble offers no dns-account-01; 2.8 and later do.";
        }

        // Earlier drafts had the scope in the name. Only that name proves an old one: a wrong name of ours has to fail the test.
        var label = DnsAccountLabel.ForAccount(account.Account.Location).Split('.')[0];
        await account.AcknowledgeAsync(challenge.Url, cancellationToken);
        while ((await account.GetAuthorizationAsync(authorization.Location, cancellationToken)).Status == "pending")
        {
            await Task.Delay(20, cancellationToken);
        }

        return (await server.DnsQuestionsAsync($"{label}._acme-host-challenge.{Domain}", cancellationToken)).Count > 0
            ? "This Pebble has dns-account-01 of an earlier draft; 2.8 and later have the present one."
            : null;
    }
}
