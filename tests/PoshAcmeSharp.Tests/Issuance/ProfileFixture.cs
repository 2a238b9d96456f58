using System.Text.Json.Nodes;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>A profile on the real disk and a scripted server; waits are over at once.</summary>
public abstract class ProfileFixture : IAsyncLifetime
{
    private readonly List<ProfileSession> sessions = [];

    private protected string Root { get; } = Path.Combine(Path.GetTempPath(), "profile-" + Guid.NewGuid().ToString("N"));

    private protected ScriptedAcmeServer Ca { get; private set; } = null!;

    private protected FakeClock Clock { get; } = new();

    private protected RecordingReporter Reporter { get; } = new();

    public async Task InitializeAsync() => Ca = await ScriptedAcmeServer.StartAsync();

    public async Task DisposeAsync()
    {
        sessions.ForEach(s => s.Dispose());
        await Ca.DisposeAsync();
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    /// <summary>A command: what it knows it reads from the disk.</summary>
    private protected ProfileSession Session(IFileSystem? fileSystem = null, IClock? clock = null)
    {
        clock ??= Clock;
        var session = new ProfileSession(new ProfileStore(Root, fileSystem, clock, Reporter), Reporter, clock);
        sessions.Add(session);
        return session;
    }

    private protected async Task<(StoredServer Server, StoredAccount Account)> MakeAccountAsync(ProfileSession session)
    {
        await new ServerService(session).SetAsync(new ServerSettings { DirectoryUrl = Ca.DirectoryUrl });
        var server = session.RequireServer();
        return (server, await new AccountService(session).CreateAsync(server, new NewAccountRequest { AcceptTermsOfService = true }));
    }

    private protected static (StoredServer Server, StoredAccount Account) Current(ProfileSession session)
    {
        var server = session.RequireServer();
        return (server, session.RequireAccount(server));
    }

    /// <summary>The thumbprint of the key that the CA has for its account.</summary>
    private protected string KeyAtCa(int account = 0)
    {
        var jwk = Ca.Accounts[account].Jwk;
        return Base64Url.Encode(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(
            $$"""{"crv":{{jwk["crv"]!.ToJsonString()}},"kty":"EC","x":{{jwk["x"]!.ToJsonString()}},"y":{{jwk["y"]!.ToJsonString()}}}""")));
    }

    private protected static string Thumbprint(string? jwk)
    {
        using var key = AccountKey.FromJwk(jwk!);
        return key.Thumbprint;
    }

    private protected static JsonObject PublicJwk(AccountKey key) => (JsonObject)JsonNode.Parse(key.PublicJwk.ToString())!;

    private protected static string NewKeyPem()
    {
        using var key = AccountKey.Generate(KeyLength.Ec256);
        return key.ToPem();
    }
}
