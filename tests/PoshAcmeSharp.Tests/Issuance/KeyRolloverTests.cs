using PoshAcmeSharp.Acme;
using PoshAcmeSharp.AcmeTestServers;
using PoshAcmeSharp.Certificates;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Jose;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

public sealed class KeyRolloverTests : ProfileFixture
{
    [Fact]
    public async Task The_new_key_is_the_accounts_at_the_CA_and_in_the_profile()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        var former = Thumbprint(account.Key);

        await new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec384, null);

        var kept = Current(Session()).Account;
        Assert.Equal((KeyAtCa(), "ES384", "ec-384", null), (Thumbprint(kept.Key), kept.Alg, kept.KeyLength, kept.RolloverKey));
        Assert.NotEqual(former, KeyAtCa());
        Assert.Equal("valid", (await (await session.ConnectAsync(server, account)).GetAccountAsync()).Status);
    }

    [Fact]
    public async Task The_new_key_is_on_the_disk_before_the_CA_hears_of_it()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        var pending = default(string);
        Ca.OnRequest(AcmeOperation.KeyChange, Fault.Changed("look", _ => pending = Current(Session()).Account.RolloverKey));

        await new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, null);

        Assert.Equal(KeyAtCa(), Thumbprint(pending));
    }

    [Fact]
    public async Task A_kill_at_any_step_leaves_an_account_that_works()
    {
        var (kills, kept, changed) = (0, 0, 0);
        for (var failAt = 1; ; failAt++)
        {
            var first = Session();
            var (server, account) = await MakeAccountAsync(first);
            var former = Thumbprint(account.Key);
            var number = Ca.Accounts.Count - 1;
            var wasKilled = false;
            var dying = Session(new FaultyFileSystem(failAt, () => new KilledException()));
            try
            {
                await new AccountService(dying).ChangeKeyAsync(server, Current(dying).Account, KeyLength.Ec256, null);
            }
            catch (KilledException)
            {
                wasKilled = true;
            }

            var next = Session();
            var (_, seen) = Current(next);
            Assert.Equal("valid", (await (await next.ConnectAsync(server, seen)).GetAccountAsync()).Status);
            var left = Current(Session()).Account;
            Assert.Equal((KeyAtCa(number), null), (Thumbprint(left.Key), left.RolloverKey));
            _ = KeyAtCa(number) == former ? kept++ : changed++;
            if (!wasKilled)
            {
                break;
            }

            kills++;
        }

        Assert.True(kills > 5 && kept > 2 && changed > 2, $"{kills} kills: {kept} kept the key, {changed} changed it.");
    }

    [Fact]
    public async Task A_lost_answer_is_found_out_about_at_once()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        Ca.OnRequest(AcmeOperation.KeyChange, Fault.ResetAfterProcessing());

        await new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, null);

        Assert.Equal((KeyAtCa(), null), (Thumbprint(account.Key), account.RolloverKey));
        Assert.Single(Ca.History.Of(AcmeOperation.KeyChange));
    }

    [Fact]
    public async Task A_request_that_never_arrived_is_sent_again()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        Ca.OnRequest(AcmeOperation.KeyChange, Fault.ResetBeforeProcessing());

        await new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, null);

        Assert.Equal((KeyAtCa(), null), (Thumbprint(account.Key), account.RolloverKey));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_the_CA_is_away_both_keys_are_kept_until_the_next_use(bool wasCarriedOut)
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        Ca.OnRequest(AcmeOperation.KeyChange, wasCarriedOut ? Fault.ResetAfterProcessing() : Fault.ResetBeforeProcessing());
        Ca.OnRequest(r => r.Operation != AcmeOperation.KeyChange, Fault.ResetBeforeProcessing(), times: int.MaxValue);

        await Assert.ThrowsAsync<AcmeConnectionException>(() => new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, null));

        var left = Current(Session()).Account;
        Assert.NotNull(left.RolloverKey);
        Assert.Contains(Reporter.Warnings, w => w.Contains("Both keys are kept", StringComparison.Ordinal));
        Ca.ClearFaults();
        var next = Session();
        await new AccountService(next).RefreshAsync(server, Current(next).Account);
        left = Current(Session()).Account;
        Assert.Equal((KeyAtCa(), null), (Thumbprint(left.Key), left.RolloverKey));
    }

    [Fact]
    public async Task A_refusal_keeps_the_present_key()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        var former = Thumbprint(account.Key);
        Ca.OnRequest(AcmeOperation.KeyChange, Fault.Problem(new ProblemDocument(400, "badPublicKey", "too weak")));

        var error = await Assert.ThrowsAsync<AcmeProblemException>(() => new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, null));

        Assert.Equal("AcmeProblem.badPublicKey", error.ErrorId);
        var left = Current(Session()).Account;
        Assert.Equal((former, null), (Thumbprint(left.Key), left.RolloverKey));
    }

    [Fact]
    public async Task A_refusal_of_a_request_that_was_sent_twice_on_the_way_does_not_lose_the_new_key()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        Ca.OnRequest(AcmeOperation.KeyChange, Fault.Changed("twice", r =>
        {
            r.Status = 400;
            r.ContentType = "application/problem+json";
            r.Text = """{"type":"urn:ietf:params:acme:error:malformed","detail":"JWS verification error"}""";
        }));

        await new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, null);

        Assert.Equal((KeyAtCa(), null), (Thumbprint(account.Key), account.RolloverKey));
    }

    [Fact]
    public async Task Another_rollover_settles_the_pending_one_first()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        using var pending = AccountKey.Generate(KeyLength.Ec256);
        KeyRollover.Begin(session.Store, account, pending);
        Ca.Accounts[0].Jwk = PublicJwk(pending);

        await new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, null);

        Assert.NotEqual(pending.Thumbprint, KeyAtCa());
        Assert.Equal((KeyAtCa(), null), (Thumbprint(account.Key), account.RolloverKey));
    }

    [Fact]
    public async Task A_command_that_only_looks_leaves_a_pending_rollover_as_it_is()
    {
        var (server, account) = await MakeAccountAsync(Session());
        using var pending = AccountKey.Generate(KeyLength.Ec256);
        KeyRollover.Begin(Session().Store, account, pending);
        var requests = Ca.History.All.Count;
        using var looking = new ProfileSession(new ProfileStore(Root, null, Clock, Reporter), Reporter, Clock) { ChangesNothing = true };

        var client = await looking.ConnectAsync(server, account);

        Assert.Equal((Thumbprint(account.Key), requests), (client.Key.Thumbprint, Ca.History.All.Count));
        Assert.Equal(pending.Thumbprint, Thumbprint(Current(Session()).Account.RolloverKey));
    }

    [Fact]
    public void Orders_that_are_worked_on_at_once_share_what_their_plugins_share()
    {
        var session = Session();

        Assert.Same(session.ForOrder("one").EnvironmentFor(null).Shared, session.ForOrder("two").EnvironmentFor(null).Shared);
    }

    [Fact]
    public async Task When_the_CA_has_neither_key_both_are_kept_and_it_is_said()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        using var pending = AccountKey.Generate(KeyLength.Ec256);
        using var stranger = AccountKey.Generate(KeyLength.Ec256);
        KeyRollover.Begin(session.Store, account, pending);
        Ca.Accounts[0].Jwk = PublicJwk(stranger);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => session.ConnectAsync(server, account));

        Assert.Equal("AccountKeyChanged", error.ErrorId);
        var left = Current(Session()).Account;
        Assert.Equal((Thumbprint(account.Key), pending.Thumbprint), (Thumbprint(left.Key), Thumbprint(left.RolloverKey)));
    }

    [Fact]
    public async Task The_pending_key_of_an_account_that_was_deactivated_meanwhile_is_settled()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        using var pending = AccountKey.Generate(KeyLength.Ec256);
        KeyRollover.Begin(session.Store, account, pending);
        Ca.Accounts[0].Jwk = PublicJwk(pending);
        Ca.Accounts[0].Status = "deactivated";

        await session.ConnectAsync(server, account);

        Assert.Equal((pending.Thumbprint, null), (Thumbprint(account.Key), account.RolloverKey));
    }

    [Fact]
    public async Task The_present_key_is_refused()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        using var present = AccountKey.FromJwk(account.Key!);

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, present.ToPem()));

        Assert.Equal(("SameAccountKey", ErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
        Assert.Empty(Ca.History.Of(AcmeOperation.KeyChange));
    }

    [Fact]
    public async Task A_key_of_another_account_is_refused_by_its_URL_and_the_present_one_kept()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        var pem = NewKeyPem();
        await new AccountService(session).CreateAsync(server, new NewAccountRequest { AcceptTermsOfService = true, KeyPem = pem });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, pem));

        Assert.Equal("AccountKeyInUse", error.ErrorId);
        Assert.Contains(Ca.Accounts[1].Url, error.Message, StringComparison.Ordinal);
        Assert.Empty(Ca.History.Of(AcmeOperation.KeyChange));
        Assert.Equal((KeyAtCa(), null), (Thumbprint(account.Key), account.RolloverKey));
    }

    [Fact]
    public async Task A_conflict_that_only_the_CA_sees_is_the_same_error()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        using var other = AccountKey.Generate(KeyLength.Ec256);
        var client = await session.ConnectAsync(server, account);
        await session.ClientOf(server).NewAccountAsync(other, new NewAccountOptions { TermsOfServiceAgreed = true });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => client.ChangeKeyAsync(other));

        Assert.Equal("AccountKeyInUse", error.ErrorId);
        Assert.Contains(Ca.Accounts[1].Url, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_the_account_was_given_elsewhere_is_taken_over()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        var pem = NewKeyPem();
        using var elsewhere = AccountKey.FromPem(pem);
        Ca.Accounts[0].Jwk = PublicJwk(elsewhere);
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new AccountService(session).RefreshAsync(server, account));

        await new AccountService(session).ChangeKeyAsync(server, account, KeyLength.Ec256, pem);

        Assert.Equal("AccountKeyChanged", error.ErrorId);
        Assert.Contains("-KeyRollover -KeyFile", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Empty(Ca.History.Of(AcmeOperation.KeyChange));
        Assert.Equal((KeyAtCa(), null), (Thumbprint(account.Key), account.RolloverKey));
    }

    [Fact]
    public async Task A_server_that_changes_no_keys_is_one_error()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        server.Json.Remove("keyChange");
        session.Store.SaveServer(server);
        var next = Session();

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => new AccountService(next).ChangeKeyAsync(Current(next).Server, account, KeyLength.Ec256, null));

        Assert.Equal("KeyChangeNotSupported", error.ErrorId);
        Assert.Null(Current(Session()).Account.RolloverKey);
    }

    [Fact]
    public async Task Two_sessions_that_find_a_pending_rollover_at_once_both_get_the_account()
    {
        var session = Session();
        var (server, account) = await MakeAccountAsync(session);
        using var pending = AccountKey.Generate(KeyLength.Ec256);
        KeyRollover.Begin(session.Store, account, pending);
        Ca.Accounts[0].Jwk = PublicJwk(pending);

        var others = Enumerable.Range(0, 4).Select(_ => Session(clock: SystemClock.Instance)).Select(s => (Session: s, Current(s).Account)).ToList();
        var clients = await Task.WhenAll(others.Select(o => Task.Run(() => o.Session.ConnectAsync(server, o.Account))));

        Assert.All(clients, c => Assert.Equal(pending.Thumbprint, c.Key.Thumbprint));
    }
}
