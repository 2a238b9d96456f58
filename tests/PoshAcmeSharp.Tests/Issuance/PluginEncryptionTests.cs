using System.Collections;
using System.Net;
using System.Security;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Profile;
using Xunit;

namespace PoshAcmeSharp.Tests.Issuance;

/// <summary>The change of what secrets are encrypted with: no secret is lost, whenever it is cut off.</summary>
public sealed class PluginEncryptionTests : IDisposable
{
    private const string KeyedPrefix = "76492d1116743f04";
    private const string AccountFile = "ca.example.test_14000/1/acct.json";
    private static readonly string[] KeyPasswords = ["of the order", "of the live key"];
    private static readonly string[] OrderNames = ["a.test", "b.test", "c.test"];

    private readonly TestProfile profile = new();
    private readonly TestVault vault = new();
    private IDataProtector? protector;

    private string Keys => profile.Root + "-keys";

    public void Dispose()
    {
        profile.Dispose();
        if (Directory.Exists(Keys))
        {
            Directory.Delete(Keys, recursive: true);
        }
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "plain", "key" },
        { "plain", "vault" },
        { "system", "key" },
        { "system", "vault" },
        { "key", "plain" },
        { "key", "system" },
        { "key", "another key" },
        { "key", "another vault" },
        { "vault", "plain" },
        { "vault", "system" },
        { "vault", "another vault" },
        { "system", "machine" },
        { "key", "machine" },
        { "vault", "machine" },
        { "file", "machine" },
        { "machine", "key" },
        { "machine", "system" },
        { "machine", "user" },
        { "plain", "file" },
        { "system", "file" },
        { "key", "file" },
        { "vault", "file" },
        { "machine", "file" },
        { "file", "another file" },
        { "file", "another key" },
        { "file", "plain" },
        { "file", "user" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task The_secrets_of_all_orders_are_encrypted_anew_and_read_as_before(string from, string to)
    {
        var account = Prepare(from, to);
        var former = profile.Read(AccountFile);

        var unreadable = await ChangeAsync(account, to);

        Assert.Empty(unreadable);
        AssertSecrets();
        AssertForms(to);
        Assert.DoesNotContain("FormerSecretKeys", profile.Read(AccountFile), StringComparison.Ordinal);
        Assert.NotEqual(former, profile.Read(AccountFile));
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_kill_at_any_step_loses_no_secret_and_the_next_call_finishes(string from, string to)
    {
        var kills = 0;
        for (var failAt = 1; ; failAt++)
        {
            var account = Prepare(from, to);
            var wasKilled = false;
            try
            {
                await ChangeAsync(account, to, new FaultyFileSystem(failAt, () => new KilledException()));
            }
            catch (KilledException)
            {
                wasKilled = true;
            }

            AssertSecrets();
            await ChangeAsync(Account(), to);
            AssertSecrets();
            AssertForms(to);
            Assert.DoesNotContain("FormerSecretKeys", profile.Read(AccountFile), StringComparison.Ordinal);
            if (!wasKilled)
            {
                break;
            }

            kills++;
        }

        Assert.True(kills > 10, $"Only {kills} steps were tried.");
    }

    [Fact]
    public async Task A_kill_followed_by_another_change_loses_no_secret()
    {
        for (var failAt = 1; failAt < 24; failAt += 2)
        {
            var account = Prepare("key", "vault");
            foreach (var to in (string[])["another vault", "plain", "vault", "another vault"])
            {
                try
                {
                    await ChangeAsync(account, to, new FaultyFileSystem(failAt, () => new KilledException()));
                }
                catch (KilledException)
                {
                    account = Account();
                }

                AssertSecrets();
            }
        }
    }

    [Fact]
    public async Task What_is_in_place_already_is_left_as_it_is()
    {
        var account = Prepare("key");
        var (file, arguments) = (profile.Read(AccountFile), profile.Read(ArgumentsFile("a.test")));

        await ChangeAsync(account, "key");

        Assert.Equal((file, arguments), (profile.Read(AccountFile), profile.Read(ArgumentsFile("a.test"))));
    }

    [Fact]
    public async Task What_cannot_be_decrypted_is_named_and_kept_with_the_former_key()
    {
        var account = Prepare("key");
        const string Lost = "01000000d08c9ddf0115d1118c7a00c04fc297eb";
        profile.Write(ArgumentsFile("b.test"), $$"""{"Lost":{"origType":"securestring","value":"{{Lost}}"},"Here":{"origType":"securestring","value":"70007700"},"Text":"x"}""");
        var damaged = profile.Write(ArgumentsFile("c.test"), "{ half");
        var former = account.SecretKey;

        var unreadable = await ChangeAsync(account, "another key");

        Assert.Equal(["CorruptProfileFile", "ProfileOfAnotherUser"], unreadable.Select(e => e.ErrorId).Order());
        Assert.Contains(unreadable, e => e.Message.Contains("'Lost'", StringComparison.Ordinal) && e.Message.Contains("b.test", StringComparison.Ordinal));
        Assert.Contains(Lost, profile.Read(ArgumentsFile("b.test")), StringComparison.Ordinal);
        Assert.DoesNotContain("70007700", profile.Read(ArgumentsFile("b.test")), StringComparison.Ordinal);
        Assert.Equal("{ half", await File.ReadAllTextAsync(damaged));
        Assert.Equal([former!], Account().FormerSecretKeys);
        AssertSecrets("a.test");
    }

    [Fact]
    public async Task Plain_arguments_and_unknown_members_are_kept_as_they_are()
    {
        var account = Prepare("plain");
        profile.Write(ArgumentsFile("a.test"), """{"Number":1.50,"Table":{"x":[1,{"origType":"other","value":"70007700"}]},"S":[{"origType":"SecureString","value":"70007700","more":1}]}""");

        await ChangeAsync(account, "key");

        var text = profile.Read(ArgumentsFile("a.test"));
        Assert.Contains("1.5", text, StringComparison.Ordinal);
        Assert.Contains("\"other\"", text, StringComparison.Ordinal);
        Assert.Contains("\"more\"", text, StringComparison.Ordinal);
        Assert.Single(text.Split("\"70007700\"")[1..]);
    }

    [Fact]
    public async Task A_command_that_knows_only_the_former_key_writes_with_the_present_one()
    {
        var account = Prepare("key");
        var stale = Account();
        await ChangeAsync(account, "another key");

        var store = Open();
        store.SavePluginArguments(stale, Order("a.test"), [], [new("Late", Secure("late"))]);

        Assert.Equal("late", Plain(store.ReadPluginArguments(Account(), Order("a.test"))["Late"]));
        AssertSecrets("b.test");
    }

    [Fact]
    public async Task Arguments_that_are_saved_while_the_key_changes_are_read_afterwards()
    {
        Prepare("key");
        using var stop = new CancellationTokenSource();
        var saved = 0;
        var writer = Task.Run(async () =>
        {
            var store = RealTime();
            while (!stop.IsCancellationRequested)
            {
                var account = Current(store);
                var order = store.FindOrder(account, "b.test")!;
                using (await store.LockOrderAsync(order, TimeSpan.FromMinutes(1), CancellationToken.None))
                {
                    store.SavePluginArguments(account, order, [], [new("Count", Secure($"{++saved}"))]);
                }

                // Locks are polled for: a writer without pause would leave nobody else a chance.
                await Task.Delay(10);
            }
        });
        for (var i = 0; i < 4; i++)
        {
            var store = RealTime();
            using var session = new ProfileSession(store, profile.Reporter, SystemClock.Instance);
            Assert.Empty(await new AccountService(session).SetPluginEncryptionAsync(Current(store), enable: true, renew: true));
        }

        await stop.CancelAsync();
        await writer;

        Assert.Equal($"{saved}", Plain(profile.Store.ReadPluginArguments(Account(), Order("b.test"))["Count"]));
        AssertSecrets();
        Assert.Empty(Account().FormerSecretKeys);

        ProfileStore RealTime() => new(profile.Root, null, SystemClock.Instance, profile.Reporter);
    }

    [Fact]
    public void A_secret_in_Latin_script_is_told_from_what_a_wrong_key_makes_of_it()
    {
        var account = Prepare("key");

        NameKeyThatFitsToo(account);

        AssertSecrets();
    }

    [Fact]
    public void A_secret_in_another_script_that_two_keys_fit_is_not_guessed_at()
    {
        var account = Prepare("key");
        Open().SavePluginArguments(account, Order("a.test"), ["Login", "List"], [new("Secret", Secure("пароль"))]);

        NameKeyThatFitsToo(account);

        var error = Assert.Throws<PoshAcmeException>(() => profile.Store.ReadPluginArguments(account, Order("a.test")));
        Assert.Equal("PluginArgumentUnreadable", error.ErrorId);
        Assert.Contains("more than one key", error.Message, StringComparison.Ordinal);
        account.FormerSecretKeys = [];
        profile.Store.SaveAccount(account);
        Assert.Equal("пароль", Plain(profile.Store.ReadPluginArguments(account, Order("a.test"))["Secret"]));
    }

    /// <summary>Gives the account a former key that by chance opens the first secret too.</summary>
    private void NameKeyThatFitsToo(StoredAccount account)
    {
        var kept = profile.Read(ArgumentsFile("a.test"));
        var value = kept.Split('"').First(part => part.StartsWith(KeyedPrefix, StringComparison.Ordinal));

        // No checksum: some wrong keys open it. Find one.
        var (other, tries) = (string.Empty, 0);
        do
        {
            other = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(33))[..43].Replace('+', '-').Replace('/', '_');
        }
        while (!Opens(value, other) && ++tries < 5_000_000);

        Assert.True(Opens(value, other));
        account.FormerSecretKeys = [other];
        profile.Store.SaveAccount(account);
    }

    [Theory]
    [InlineData("key", "another vault")]
    [InlineData("vault", "plain")]
    [InlineData("vault", "another vault")]
    public async Task A_vault_that_is_locked_is_one_error_and_nothing_changes(string from, string to)
    {
        var account = Prepare(from, to);
        var (file, arguments) = (profile.Read(AccountFile), profile.Read(ArgumentsFile("a.test")));
        vault.IsLocked = true;

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => ChangeAsync(account, to));

        Assert.Equal("VaultLocked", error.ErrorId);
        Assert.Equal((file, arguments), (profile.Read(AccountFile), profile.Read(ArgumentsFile("a.test"))));
    }

    [Fact]
    public async Task A_vault_that_keeps_nothing_is_one_error_and_nothing_changes()
    {
        var account = Prepare("key");
        var file = profile.Read(AccountFile);
        vault.Forgets = true;
        vault.IsConfigured = true;

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => ChangeAsync(account, "another vault"));

        Assert.Equal("VaultWriteFailed", error.ErrorId);
        Assert.Equal(file, profile.Read(AccountFile));
    }

    [Fact]
    public void A_secret_that_is_missing_in_the_vault_is_named_with_what_to_do()
    {
        Prepare("vault");
        vault.Secrets.Clear();

        var error = Assert.Throws<PoshAcmeException>(() => Open().ReadPluginArguments(Account(), Order("a.test")));

        Assert.Equal("VaultSecretMissing", error.ErrorId);
        Assert.Contains("in the vault 'test'", error.Message, StringComparison.Ordinal);
        Assert.Contains("-ResetAltPluginEncryption", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_key_in_the_vault_is_lost_arguments_can_be_given_anew()
    {
        var account = Prepare("vault");
        vault.Secrets.Clear();

        var unreadable = await ChangeAsync(account, "another vault");
        Open().SavePluginArguments(Account(), Order("a.test"), ["Secret", "Login", "List"], [new("Secret", Secure("new"))]);

        Assert.Equal(4 * OrderNames.Length, unreadable.Count(e => e.ErrorId == "PluginArgumentUnreadable"));
        Assert.Equal(OrderNames.Length, unreadable.Count(e => e.ErrorId == "KeyPasswordUnreadable"));
        Assert.Equal("new", Plain(Open().ReadPluginArguments(Account(), Order("a.test"))["Secret"]));
    }

    [Fact]
    public async Task The_key_that_the_vault_has_already_is_taken_again()
    {
        var account = Prepare("vault");
        var (guid, key) = Assert.Single(vault.Secrets);
        await ChangeAsync(account, "plain");

        await ChangeAsync(Account(), "vault");

        Assert.Equal((guid, key), (Account().VaultGuid, Assert.Single(vault.Secrets).Value));
        AssertSecrets();
    }

    [Fact]
    public void The_vault_is_asked_once_for_a_command()
    {
        var account = Prepare("vault");
        var store = Open();
        var before = vault.Reads;

        Array.ForEach(OrderNames, name => store.ReadPluginArguments(account, Order(name)));

        Assert.Equal(before + 1, vault.Reads);
    }

    [Fact]
    public async Task Secrets_without_protection_are_warned_about()
    {
        var account = Prepare("key");

        await ChangeAsync(account, "plain");

        Assert.Contains(profile.Reporter.Warnings, w => w.Contains("without encryption", StringComparison.Ordinal));
    }

    private static SecureString Secure(string text) => new NetworkCredential("", text).SecurePassword;

    private static string Plain(object? secret) => new NetworkCredential("", Assert.IsType<SecureString>(secret)).Password;

    private static string ArgumentsFile(string order) => $"ca.example.test_14000/1/{order}/pluginargs.json";

    private static bool Opens(string value, string key)
    {
        try
        {
            _ = new SecretText(() => key, null).Unprotect(value);
            return true;
        }
        catch (SecretException)
        {
            return false;
        }
    }

    private static StoredAccount Current(ProfileStore store) => store.GetCurrentAccount(store.GetCurrentServer()!)!;

    private StoredAccount Account() => Current(profile.Store);

    private StoredOrder Order(string name) => profile.Store.FindOrder(Account(), name)!;

    private ProfileStore Open(IFileSystem? fileSystem = null) => profile.Open(fileSystem, protector, vault, protector);

    /// <summary>An account with three orders whose secrets are encrypted in one way, on a machine where the other can be chosen.</summary>
    private StoredAccount Prepare(string mode, string other = "")
    {
        if (Directory.Exists(profile.Root))
        {
            Directory.Delete(profile.Root, recursive: true);
        }

        Directory.CreateDirectory(Keys);
        protector = (mode + other).Contains("system", StringComparison.Ordinal) || (mode + other).Contains("machine", StringComparison.Ordinal) ? new TestProtector() : null;
        vault.IsConfigured = (mode + other).Contains("vault", StringComparison.Ordinal);
        vault.Secrets.Clear();
        var (_, account, _) = profile.Populate(OrderNames[0]);
        account.SecretKey = mode == "key" ? account.SecretKey : null;
        if (mode == "vault")
        {
            account.SecretKey = "VAULT";
            account.VaultGuid = Guid.NewGuid().ToString("N");
            vault.Secrets.Add(account.VaultGuid, new string('k', 43));
        }

        if (mode == "machine")
        {
            account.SecretKey = "DPAPI:MACHINE";
        }

        if (mode == "file")
        {
            account.SecretKey = "KEY:FILE";
            account.SecretKeyFile = Path.Combine(Keys, "file");
            var key = PhysicalFileSystem.Instance.CreateTemporaryFile(account.SecretKeyFile, System.Text.Encoding.ASCII.GetBytes(new string('k', 43) + "="));
            File.Move(key, account.SecretKeyFile, overwrite: true);
        }

        profile.Store.SaveAccount(account);
        foreach (var name in OrderNames)
        {
            var order = profile.Store.FindOrder(account, name) ?? profile.AddOrder(account, name, name);
            Open().SavePluginArguments(account, order, [], new Dictionary<string, object?>
            {
                ["Secret"] = Secure("gehöim " + name),
                ["Login"] = new StoredCredential("bob", Secure("pw")),
                ["List"] = new object[] { Secure("one"), new Hashtable { ["inner"] = Secure("two") } },
                ["Text"] = "x",
            });
            Open().SaveKeyPasswords(account, order, KeyPasswords);
        }

        return account;
    }

    private async Task<IReadOnlyList<PoshAcmeException>> ChangeAsync(StoredAccount account, string to, IFileSystem? fileSystem = null)
    {
        using var session = new ProfileSession(Open(fileSystem), profile.Reporter, profile.Clock);
        var service = new AccountService(session);
        return to switch
        {
            "machine" => await service.SetSecretScopeAsync(account, SecretScope.Machine),
            "user" => await service.SetSecretScopeAsync(account, SecretScope.User),
            "file" or "another file" => await service.SetSecretKeyFileAsync(account, Path.Combine(Keys, to)),
            _ => await service.SetPluginEncryptionAsync(
                account,
                enable: to is not ("plain" or "system"),
                renew: to.StartsWith("another", StringComparison.Ordinal)),
        };
    }

    private void AssertSecrets(params string[] orders)
    {
        var store = Open();
        foreach (var name in orders.Length > 0 ? orders : OrderNames)
        {
            var read = store.ReadPluginArguments(Account(), Order(name));
            Assert.Equal(("gehöim " + name, "pw", "x"), (Plain(read["Secret"]), Plain(Assert.IsType<StoredCredential>(read["Login"]).Password), read["Text"]));
            var list = Assert.IsType<object?[]>(read["List"]);
            Assert.Equal(("one", "two"), (Plain(list[0]), Plain(Assert.IsType<Hashtable>(list[1])["inner"])));
            Assert.Equal(KeyPasswords, store.ReadKeyPasswords(Account(), Order(name)));
        }
    }

    private void AssertForms(string mode)
    {
        // The way back to the user: the system's protection, or a key where there is none.
        mode = mode != "user" ? mode : protector is null ? "key" : "system";
        var account = Account();
        Assert.Equal(
            mode switch { "plain" or "system" => null, "machine" => "DPAPI:MACHINE", _ when IsVault() => "VAULT", _ when IsFile() => "KEY:FILE", _ => "key" },
            account.SecretKey is { Length: 43 } ? "key" : account.SecretKey);
        Assert.Equal(IsFile() ? Path.Combine(Keys, mode) : null, account.SecretKeyFile);
        var expected = mode switch { "plain" => "70007700", "system" => "01000000d08c9ddf", "machine" => "machine:01000000d08c9ddf", _ => KeyedPrefix };
        Assert.All(OrderNames, name => Assert.Equal(4, profile.Read(ArgumentsFile(name)).Split('"').Count(part => mode == "plain" ? IsPlainHex(part) : part.StartsWith(expected, StringComparison.Ordinal))));
        Assert.All(OrderNames, name => Assert.DoesNotContain(profile.Read($"ca.example.test_14000/1/{name}/keypass.json").Split('"'), IsPlainHex));

        bool IsVault() => mode.Contains("vault", StringComparison.Ordinal);
        bool IsFile() => mode.Contains("file", StringComparison.Ordinal);
    }

    private static bool IsPlainHex(string text) => text.Length > 5 && text.All(char.IsAsciiHexDigitLower) && !text.StartsWith("01000000", StringComparison.Ordinal);
}
