using System.Collections;
using System.Net;
using System.Security;
using System.Text;
using PoshAcmeSharp.Json;
using PoshAcmeSharp.Profile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Profile;

public class PluginArgumentTests
{
    private const string ArgumentsFile = "ca.example.test_14000/1/www.example.test/pluginargs.json";

    /// <summary>Bytes 1 to 32.</summary>
    private const string Key = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";

    /// <summary>What PowerShell 7.6 made of <c>pä55</c> with that key: <c>ConvertFrom-SecureString -Key ([byte[]](1..32))</c>.</summary>
    private const string KeyedByPowerShell =
        "76492d1116743f0423413b16050a5345MgB8ADMAaAAyADgAUAByAG8AeQA4AFQAMABCAFgAKwA5AE4AeQBRADAAdwA1AHcAPQA9AHwAMAAwAGEAMAA0"
        + "AGEAOQAxADAAYgA4AGYAYgA3AGEAMABkADYANABjADAAOQBhAGUAZABlAGYAOAA4ADQAZQA1AA==";

    [Fact]
    public void Values_of_all_kinds_come_back()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();

        profile.Store.SavePluginArguments(account, order, [], new Dictionary<string, object?>
        {
            ["Text"] = "tëxt",
            ["Number"] = 5,
            ["Fraction"] = 0.5,
            ["Truth"] = true,
            ["Nothing"] = null,
            ["Texts"] = new[] { "a", "b" },
            ["Mixed"] = new object?[] { 1, "b", null },
            ["Table"] = new Hashtable { ["inner"] = new[] { "x" } },
            ["Secret"] = Secure("gehöim"),
            ["Secrets"] = new[] { Secure("one"), Secure("two") },
            ["Login"] = new StoredCredential("bob", Secure("pw")),
            ["Empty"] = Secure(""),
        });
        var read = profile.Open().ReadPluginArguments(account, order);

        Assert.Equal("tëxt", read["text"]);
        Assert.Equal(5L, read["Number"]);
        Assert.Equal(0.5, read["Fraction"]);
        Assert.Equal(true, read["Truth"]);
        Assert.Null(read["Nothing"]);
        Assert.Equal(["a", "b"], Assert.IsType<string[]>(read["Texts"]));
        Assert.Equal([1L, "b", null], Assert.IsType<object?[]>(read["Mixed"]));
        Assert.Equal(["x"], Assert.IsType<string[]>(Assert.IsType<Hashtable>(read["Table"])["INNER"]));
        Assert.Equal("gehöim", Plain(read["Secret"]));
        Assert.Equal(["one", "two"], Assert.IsType<object?[]>(read["Secrets"]).Select(Plain));
        Assert.Equal(("bob", "pw"), (Assert.IsType<StoredCredential>(read["Login"]).UserName, Plain(((StoredCredential)read["Login"]!).Password)));
        Assert.Equal("", Plain(read["Empty"]));
        Assert.DoesNotContain(Hex("pw"), profile.Read(ArgumentsFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_PowerShell_wrote_with_a_key_is_read()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        account.SecretKey = Key;
        profile.Store.SaveAccount(account);
        profile.Write(ArgumentsFile, $$"""{"A":{"origType":"securestring","value":"{{KeyedByPowerShell}}"},"B":{"origType":"pscredential","user":"bob","pass":"{{KeyedByPowerShell}}"} }""");

        var read = profile.Store.ReadPluginArguments(account, order);

        Assert.Equal("pä55", Plain(read["A"]));
        Assert.Equal("pä55", Plain(Assert.IsType<StoredCredential>(read["B"]).Password));
    }

    [FactWith("pwsh")]
    public async Task A_secret_that_we_wrote_with_a_key_is_read_by_PowerShell()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        account.SecretKey = Key;
        profile.Store.SaveAccount(account);
        profile.Store.SavePluginArguments(account, order, [], [new("A", Secure("pä55"))]);
        var script = $"$v = (Get-Content '{Path.Combine(profile.Root, ArgumentsFile)}' -Raw | ConvertFrom-Json).A; "
            + "[BitConverter]::ToString([Text.Encoding]::Unicode.GetBytes((ConvertTo-SecureString $v.value -Key ([byte[]](1..32)) | ConvertFrom-SecureString -AsPlainText)))";

        var result = await ExternalProgram.RunAsync("pwsh", ["-NoProfile", "-NonInteractive", "-Command", script]);

        Assert.Equal("70-00-E4-00-35-00-35-00", result.Output.Trim());
    }

    [Fact]
    public void An_inherited_account_without_a_key_keeps_plain_hex_where_the_system_protects_nothing()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        account.SecretKey = null;
        profile.Store.SaveAccount(account);
        profile.Write(ArgumentsFile, """{"Old":{"origType":"securestring","value":"70007700"}}""");

        profile.Store.SavePluginArguments(account, order, [], [new("New", Secure("pw"))]);

        Assert.Equal("pw", Plain(profile.Store.ReadPluginArguments(account, order)["Old"]));
        Assert.Equal(2, profile.Read(ArgumentsFile).Split("\"70007700\"").Length - 1);
    }

    [Fact]
    public void A_new_account_gets_a_key_where_the_system_protects_nothing()
    {
        using var profile = new TestProfile();
        var (server, account, _) = profile.Populate();

        Assert.Equal(32, PoshAcmeSharp.Jose.Base64Url.Decode(account.SecretKey!).Length);
        Assert.NotEqual(account.SecretKey, profile.Store.CreateAccount(server, "2").SecretKey);
        Assert.Null(profile.Open(dataProtector: new TestProtector()).CreateAccount(server, "2").SecretKey);
    }

    [Fact]
    public void Without_a_key_the_system_protects_where_it_can()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        account.SecretKey = null;
        profile.Store.SaveAccount(account);
        var store = profile.Open(dataProtector: new TestProtector());

        store.SavePluginArguments(account, order, [], [new("A", Secure("pw"))]);

        Assert.Contains("\"01000000d08c9ddf", profile.Read(ArgumentsFile), StringComparison.Ordinal);
        Assert.Equal("pw", Plain(store.ReadPluginArguments(account, order)["A"]));
    }

    public static TheoryData<string, string?> Unreadable => new()
    {
        { KeyedByPowerShell, null },
        { KeyedByPowerShell, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
        { KeyedByPowerShell, "not a key!" },
        { KeyedByPowerShell[..^8], Key },
        { "76492d1116743f0423413b16050a5345AAAA", Key },
        { "zz", null },
        { "7", null },
        { "700077", null },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void A_secret_that_cannot_be_decrypted_is_an_error_that_names_it_and_is_never_overwritten(string value, string? key)
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        account.SecretKey = key;
        profile.Store.SaveAccount(account);
        var path = profile.Write(ArgumentsFile, $$"""{"Bad":{"origType":"securestring","value":"{{value}}"},"Good":"x"}""");

        var error = Assert.Throws<PoshAcmeException>(() => profile.Store.ReadPluginArguments(account, order));
        profile.Store.SavePluginArguments(account, order, ["Good"], [new("Other", "y")]);

        Assert.Equal(("PluginArgumentUnreadable", ErrorKind.Security), (error.ErrorId, error.Kind));
        Assert.Contains("'Bad'", error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(value, profile.Read(ArgumentsFile), StringComparison.Ordinal);
        Assert.DoesNotContain("Good", profile.Read(ArgumentsFile), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_cannot_be_decrypted_can_be_given_anew()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        profile.Write(ArgumentsFile, """{"Bad":{"origType":"securestring","value":"zz"}}""");

        profile.Store.SavePluginArguments(account, order, [], [new("bad", Secure("new"))]);

        Assert.Equal("new", Plain(Assert.Single(profile.Store.ReadPluginArguments(account, order)).Value));
    }

    [Fact]
    public void Without_the_vault_that_has_the_key_secrets_are_refused_and_the_rest_works()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();
        account.SecretKey = "VAULT";
        account.VaultGuid = "abc";
        profile.Store.SaveAccount(account);
        profile.Store.SavePluginArguments(account, order, [], [new("Plain", "x")]);

        var error = Assert.Throws<PoshAcmeException>(() => profile.Store.SavePluginArguments(account, order, [], [new("A", Secure("pw"))]));

        Assert.Equal("VaultNotConfigured", error.ErrorId);
        Assert.Contains("POSHACME_VAULT_NAME", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("x", Assert.Single(profile.Store.ReadPluginArguments(account, order)).Value);
    }

    [Fact]
    public void A_value_that_has_no_form_in_the_file_is_refused_by_name()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();

        var error = Assert.Throws<PoshAcmeException>(() => profile.Store.SavePluginArguments(account, order, [], [new("Odd", new object())]));

        Assert.Equal(("PluginArgumentNotStorable", ErrorKind.InvalidArgument), (error.ErrorId, error.Kind));
        Assert.Contains("'Odd'", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(profile.Root, ArgumentsFile)));
    }

    [Fact]
    public void A_plain_object_is_kept_like_a_table()
    {
        using var profile = new TestProfile();
        var (_, account, order) = profile.Populate();

        profile.Store.SavePluginArguments(account, order, [], [new("A", new PlainObject([new("x", 1L)]))]);

        Assert.Equal(1L, Assert.IsType<Hashtable>(profile.Store.ReadPluginArguments(account, order)["A"])["x"]);
    }

    private static SecureString Secure(string text) => new NetworkCredential("", text).SecurePassword;

    private static string Plain(object? secret) => new NetworkCredential("", Assert.IsType<SecureString>(secret)).Password;

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.Unicode.GetBytes(text));
}
