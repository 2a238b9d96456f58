using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.EndToEnd;

public class KeyRolloverTests
{
    [TheoryWith("pebble", "pebble-challtestsrv")]
    [InlineData("ec-256")]
    [InlineData("ec-384")]
    [InlineData("ec-521")]
    [InlineData("2048")]
    public async Task An_account_gets_a_key_of_every_kind_and_orders_with_it(string keyLength)
    {
        await using var server = await PebbleServer.StartAsync();
        using var profile = new TestProfile();
        using var session = await OpenAsync(server, profile);
        var (known, account) = Current(session);

        await new AccountService(session).ChangeKeyAsync(known, account, KeyLength.Parse(keyLength), null);

        using var next = Session(profile);
        var kept = Current(next).Account;
        Assert.Equal((keyLength, null), (kept.KeyLength, kept.RolloverKey));
        var order = await new OrderService(next).CreateAsync(known, kept, new NewOrderRequest { Domain = [$"rollover-{keyLength}.test"], KeyLength = KeyLength.Ec256 });
        Assert.Equal("pending", order.Status);
    }

    /// <summary>Steps that change the disk: one a write, two before its file is renamed. The last write is the one after the answer.</summary>
    [FactWith("pebble", "pebble-challtestsrv")]
    public async Task A_crash_before_the_request_and_one_after_it_leave_an_account_that_works()
    {
        await using var server = await PebbleServer.StartAsync();
        using var profile = new TestProfile();
        (await OpenAsync(server, profile)).Dispose();
        var pending = 0;
        for (var failAt = 1; ; failAt++)
        {
            var wasKilled = false;
            using (var dying = Session(profile, new FaultyFileSystem(failAt, () => new KilledException())))
            {
                try
                {
                    var (known, account) = Current(dying);
                    await new AccountService(dying).ChangeKeyAsync(known, account, KeyLength.Ec256, null);
                }
                catch (KilledException)
                {
                    wasKilled = true;
                }
            }

            using var next = Session(profile);
            var (found, left) = Current(next);
            pending += left.RolloverKey is null ? 0 : 1;
            await new AccountService(next).RefreshAsync(found, left);
            Assert.Equal(("valid", null), (left.Status, left.RolloverKey));
            if (!wasKilled)
            {
                break;
            }
        }

        Assert.InRange(pending, 2, 10);
    }

    private static async Task<ProfileSession> OpenAsync(PebbleServer server, TestProfile profile)
    {
        var session = Session(profile);
        await new ServerService(session).SetAsync(new ServerSettings { DirectoryUrl = server.DirectoryUrl, CACertificatePem = server.ApiCaCertificatePem });
        await new AccountService(session).CreateAsync(session.RequireServer(), new NewAccountRequest { AcceptTermsOfService = true });
        return session;
    }

    private static ProfileSession Session(TestProfile profile, IFileSystem? fileSystem = null)
        => new(new ProfileStore(profile.Root, fileSystem, SystemClock.Instance, NullReporter.Instance), NullReporter.Instance, SystemClock.Instance);

    private static (StoredServer Server, StoredAccount Account) Current(ProfileSession session)
    {
        var server = session.RequireServer();
        return (server, session.RequireAccount(server));
    }
}
