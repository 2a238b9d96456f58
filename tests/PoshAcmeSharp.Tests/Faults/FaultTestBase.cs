using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Faults;

/// <summary>A scripted server, and a client whose waits are over at once.</summary>
public abstract class FaultTestBase : IAsyncLifetime, IDisposable
{
    private protected const string Name = "www.example.test";

    private readonly List<AcmeClient> clients = [];

    private protected ScriptedAcmeServer Server { get; private set; } = null!;

    private protected FakeClock Clock { get; } = new();

    private protected RecordingReporter Reporter { get; } = new();

    private protected TestPlugin Plugin { get; } = new();

    private protected AccountKey Key { get; } = AccountKey.Generate(KeyLength.Ec256);

    public async Task InitializeAsync() => Server = await ScriptedAcmeServer.StartAsync();

    public async Task DisposeAsync()
    {
        clients.ForEach(c => c.Dispose());
        await Server.DisposeAsync();
    }

    public void Dispose()
    {
        Key.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected AcmeOptions Options() => new() { Clock = Clock, Reporter = Reporter };

    private protected async Task<AcmeClient> ConnectAsync(AcmeOptions? options = null)
    {
        var client = await AcmeClient.ConnectAsync(Server.DirectoryUrl, options ?? Options());
        clients.Add(client);
        return client;
    }

    private protected async Task<AcmeAccountClient> OpenAsync(AcmeOptions? options = null)
        => await (await ConnectAsync(options)).NewAccountAsync(Key, new NewAccountOptions { TermsOfServiceAgreed = true });

    /// <summary>The whole way from the directory to the chain.</summary>
    private protected async Task<IssuedCertificate> IssueAsync(params string[] names)
        => await IssueAsync(await OpenAsync(), default, names);

    private protected Task<IssuedCertificate> IssueAsync(AcmeAccountClient account, CancellationToken cancellationToken = default, params string[] names)
        => new CertificateIssuer(account).IssueAsync(
            names.Length > 0 ? names : [Name],
            Plugin,
            new IssueOptions { KeyLength = KeyLength.Ec256, DnsWait = null },
            cancellationToken);

    /// <summary>Issues, and checks that it came to a good end.</summary>
    private protected async Task AssertIssuesAsync(params string[] names)
    {
        using var issued = await IssueAsync(names);

        AssertGood(issued, names);
    }

    private protected void AssertGood(IssuedCertificate issued, params string[] names)
    {
        Assert.Equal((names.Length > 0 ? names : [Name]).Order(), issued.Chain.Leaf.AllSans.Order());
        Assert.Single(issued.Chain.Issuers);
        Assert.Equal(Plugin.Published.Order(), Plugin.Unpublished.Order());
        Assert.Equal(0, Server.FaultsLeft);
    }

    /// <summary>One clear error: an id, a sentence on one line that is no book, something to do, and nothing left published.</summary>
    private protected async Task<PoshAcmeException> AssertFailsAsync(Func<Task> act, string errorId)
    {
        var error = await Assert.ThrowsAnyAsync<PoshAcmeException>(act);

        Assert.Equal(errorId, error.ErrorId);
        Assert.InRange(error.Message.Length, 10, 2000);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.Equal(Plugin.Published.Order(), Plugin.Unpublished.Order());
        return error;
    }

    private protected Task<PoshAcmeException> AssertFailsAsync(string errorId, params string[] names)
        => AssertFailsAsync(() => IssueAsync(names), errorId);
}
