using System.Runtime.Versioning;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.HttpFile;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins;

public sealed class HttpFilePluginTests : IDisposable
{
    private const string Token = "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA";
    private const string KeyAuthorization = Token + ".9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
    private static readonly HttpChallengeResponse Response = new("www.example.com", Token, KeyAuthorization);

    private readonly string folder = Directory.CreateTempSubdirectory("http-file-").FullName;
    private readonly RecordingReporter reporter = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_web_server_serves_the_published_file_until_it_is_unpublished()
    {
        await using var server = await StaticWebServer.StartAsync(folder);
        using var http = new HttpClient();
        var url = new Uri(server.Url, "/.well-known/acme-challenge/" + Token);
        var plugin = Plugin(folder);

        await PublishAsync(plugin);

        Assert.Equal(KeyAuthorization, await http.GetStringAsync(url));
        await UnpublishAsync(plugin);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await http.GetAsync(url)).StatusCode);
    }

    [Fact]
    public async Task The_file_is_the_key_authorization_and_not_a_byte_more()
    {
        await PublishAsync(Plugin(folder));

        Assert.Equal(System.Text.Encoding.ASCII.GetBytes(KeyAuthorization), await File.ReadAllBytesAsync(ChallengePath(folder)));
        Assert.Equal([ChallengePath(folder)], Files(folder));
    }

    [Fact]
    public async Task With_an_exact_path_the_file_is_in_the_folder_itself()
    {
        var plugin = new HttpFilePlugin(new HttpFileOptions { WRPath = [folder], WRExactPath = true, WRWebConfig = false });

        await PublishAsync(plugin);

        Assert.Equal([Path.Combine(folder, Token)], Files(folder));
        await UnpublishAsync(plugin);
        Assert.Empty(Files(folder));
        Assert.True(Directory.Exists(folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../index")]
    [InlineData("..\\index")]
    [InlineData("a/b")]
    [InlineData("/etc/passwd")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("token\n")]
    [InlineData("tökén")]
    [InlineData("a\0")]
    public async Task A_token_that_is_no_token_touches_nothing(string token)
    {
        var response = new HttpChallengeResponse("www.example.com", token, token + ".thumbprint");

        Assert.Equal("InvalidToken", (await Assert.ThrowsAsync<PoshAcmeException>(() => Plugin(folder).PublishAsync(response, Context(), default))).ErrorId);
        Assert.Equal("InvalidToken", (await Assert.ThrowsAsync<PoshAcmeException>(() => Plugin(folder).UnpublishAsync(response, Context(), default))).ErrorId);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("other.thumbprint")]
    [InlineData(Token)]
    [InlineData(Token + ".")]
    [InlineData(Token + ".<script>")]
    [InlineData(KeyAuthorization + "\n")]
    public async Task A_key_authorization_that_is_not_the_tokens_is_not_written(string keyAuthorization)
    {
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => Plugin(folder).PublishAsync(Response with { KeyAuthorization = keyAuthorization }, Context(), default));

        Assert.Equal("InvalidKeyAuthorization", error.ErrorId);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task All_web_roots_get_the_file()
    {
        var (first, second) = TwoRoots();

        await PublishAsync(Plugin(first, second));

        Assert.True(File.Exists(ChallengePath(first)));
        Assert.True(File.Exists(ChallengePath(second)));
    }

    [Fact]
    public async Task When_one_web_root_fails_the_others_are_as_before()
    {
        var (first, second) = TwoRoots();
        await File.WriteAllTextAsync(Path.Combine(second, ".well-known"), "a file in the way");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(Plugin(first, second)));

        Assert.Equal("ChallengeFileNotWritable", error.ErrorId);
        Assert.Contains(ChallengePath(second), error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(first));
        Assert.Equal([Path.Combine(second, ".well-known")], Directory.GetFileSystemEntries(second));
    }

    [Fact]
    public async Task What_was_published_before_a_failure_stays_published()
    {
        var (first, second) = TwoRoots();
        await PublishAsync(Plugin(first));
        await File.WriteAllTextAsync(Path.Combine(second, ".well-known"), "a file in the way");

        await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(Plugin(first, second)));

        Assert.True(File.Exists(ChallengePath(first)));
    }

    [Fact]
    public async Task A_web_root_that_is_not_there_is_named_and_not_created()
    {
        var missing = Path.Combine(folder, "missing");

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(Plugin(missing)));

        Assert.Equal("WebRootNotFound", error.ErrorId);
        Assert.Contains(missing, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(missing));
    }

    [FactForOrdinaryUser]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_without_the_right_to_write_is_named()
    {
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            var error = await Assert.ThrowsAsync<PoshAcmeException>(() => PublishAsync(Plugin(folder)));

            Assert.Equal("ChallengeFileNotWritable", error.ErrorId);
            Assert.Equal(ErrorKind.PermissionDenied, error.Kind);
            Assert.Contains(ChallengePath(folder), error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task Publishing_twice_and_unpublishing_twice_succeed()
    {
        var plugin = Plugin(folder);

        await PublishAsync(plugin);
        await PublishAsync(plugin);
        await UnpublishAsync(plugin);
        await UnpublishAsync(plugin);

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task The_answer_of_another_account_is_replaced()
    {
        await Plugin(folder).PublishAsync(Response with { KeyAuthorization = Token + ".other" }, Context(), default);

        await PublishAsync(Plugin(folder));

        Assert.Equal(KeyAuthorization, await File.ReadAllTextAsync(ChallengePath(folder)));
    }

    [Fact]
    public async Task Another_process_removes_the_file_and_the_empty_folders()
    {
        await PublishAsync(Plugin(folder));

        await UnpublishAsync(Plugin(folder));

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task Folders_with_anything_else_in_them_stay()
    {
        var other = Path.Combine(folder, ".well-known", "security.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        await File.WriteAllTextAsync(other, "Contact:");
        await PublishAsync(Plugin(folder));

        await UnpublishAsync(Plugin(folder));

        Assert.Equal([other], Files(folder));
        Assert.False(Directory.Exists(Path.Combine(folder, ".well-known", "acme-challenge")));
    }

    [Fact]
    public async Task Folders_stay_as_long_as_another_challenge_file_is_there()
    {
        var plugin = Plugin(folder);
        var other = new HttpChallengeResponse("example.com", "other", "other.thumbprint");
        await PublishAsync(plugin);
        await plugin.PublishAsync(other, Context(), default);

        await UnpublishAsync(plugin);

        Assert.Equal("other", Path.GetFileName(Assert.Single(Files(folder))));
        await plugin.UnpublishAsync(other, Context(), default);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task Folders_that_were_there_before_stay_even_when_empty()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ChallengePath(folder))!);
        var plugin = Plugin(folder);

        await PublishAsync(plugin);
        await UnpublishAsync(plugin);

        Assert.True(Directory.Exists(Path.GetDirectoryName(ChallengePath(folder))));
        Assert.Empty(Files(folder));
    }

    [Fact]
    public async Task A_page_that_has_the_name_of_the_token_is_not_removed()
    {
        var page = Path.Combine(folder, "index");
        await File.WriteAllTextAsync(page, "<html>");
        var plugin = new HttpFilePlugin(new HttpFileOptions { WRPath = [folder], WRExactPath = true });

        await plugin.UnpublishAsync(new("example.com", "index", "index.thumbprint"), Context(), default);

        Assert.True(File.Exists(page));
        Assert.Contains(page, Assert.Single(reporter.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_web_config_for_IIS_comes_on_request_and_goes_with_the_last_file()
    {
        var plugin = new HttpFilePlugin(new HttpFileOptions { WRPath = [folder], WRWebConfig = true });

        await PublishAsync(plugin);

        var configuration = System.Xml.Linq.XDocument.Load(Path.Combine(Path.GetDirectoryName(ChallengePath(folder))!, "web.config"));
        Assert.Equal(".", configuration.Descendants("mimeMap").Single().Attribute("fileExtension")!.Value);
        await UnpublishAsync(Plugin(folder));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_web_config_of_the_administrator_is_left_alone()
    {
        var configuration = Path.Combine(Path.GetDirectoryName(ChallengePath(folder))!, "web.config");
        Directory.CreateDirectory(Path.GetDirectoryName(configuration)!);
        await File.WriteAllTextAsync(configuration, "<configuration/>");
        var plugin = new HttpFilePlugin(new HttpFileOptions { WRPath = [folder], WRWebConfig = true });

        await PublishAsync(plugin);
        await UnpublishAsync(plugin);

        Assert.Equal("<configuration/>", await File.ReadAllTextAsync(configuration));
    }

    [FactOnUnix]
    [UnsupportedOSPlatform("windows")]
    public async Task The_web_server_may_read_what_was_written()
    {
        await PublishAsync(Plugin(folder));

        Assert.Equal("644", Mode(ChallengePath(folder)));
        Assert.Equal("755", Mode(Path.Combine(folder, ".well-known")));
        Assert.Equal("755", Mode(Path.Combine(folder, ".well-known", "acme-challenge")));
    }

    [FactOnUnix]
    public async Task A_folder_behind_a_link_is_used_and_the_link_stays()
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, "elsewhere")).FullName;
        var root = Directory.CreateDirectory(Path.Combine(folder, "root")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(root, ".well-known"), target);

        await PublishAsync(Plugin(root));

        Assert.True(File.Exists(Path.Combine(target, "acme-challenge", Token)));
        await UnpublishAsync(Plugin(root));
        Assert.Empty(Directory.GetFileSystemEntries(target));
        Assert.True(Directory.Exists(Path.Combine(root, ".well-known")));
    }

    [Fact]
    public async Task Cancelling_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Plugin(folder).PublishAsync(Response, Context(), cancelled.Token));

        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\0b")]
    public void No_folder_is_an_error_before_anything_is_published(string? path)
    {
        var error = Assert.Throws<PoshAcmeException>(() => new HttpFilePlugin(new HttpFileOptions { WRPath = path is null ? [] : [path] }));

        Assert.Equal("InvalidPluginArguments", error.ErrorId);
    }

    private static HttpFilePlugin Plugin(params string[] roots) => new(new HttpFileOptions { WRPath = roots, WRWebConfig = false });

    private static string ChallengePath(string root) => Path.Combine(root, ".well-known", "acme-challenge", Token);

    private static string[] Files(string root) => Directory.GetFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });

    [UnsupportedOSPlatform("windows")]
    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private Task PublishAsync(HttpFilePlugin plugin) => plugin.PublishAsync(Response, Context(), CancellationToken.None);

    private Task UnpublishAsync(HttpFilePlugin plugin) => plugin.UnpublishAsync(Response, Context(), CancellationToken.None);

    private PluginContext Context() => new(reporter, new FakeClock());

    private (string First, string Second) TwoRoots()
        => (Directory.CreateDirectory(Path.Combine(folder, "first")).FullName, Directory.CreateDirectory(Path.Combine(folder, "second")).FullName);

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class FactOnUnixAttribute : FactAttribute
    {
        public FactOnUnixAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no file modes." : null;
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class FactForOrdinaryUserAttribute : FactAttribute
    {
        public FactForOrdinaryUserAttribute()
            => Skip = OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess ? "Needs Unix and a user who is not root: root may write everywhere." : null;
    }
}
