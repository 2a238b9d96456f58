using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Authentication;
using PoshAcmeSharp.Challenges;
using PoshAcmeSharp.Plugins.Http;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Plugins.Http;

public sealed class ProviderHttpTests
{
    private static readonly ProviderHttpOptions Options = new()
    {
        ProviderName = "Test",
        BaseUri = new Uri("https://api.example/base/"),
        Authorization = () => new AuthenticationHeaderValue("Bearer", "hush-hush"),
        Secrets = [new Secret("hush-hush")],
        Jitter = () => 0,
    };

    private readonly ManualClock _clock = new();
    private readonly RecordingReporter _reporter = new();

    [Fact]
    public async Task Idempotent_requests_are_repeated_with_growing_pauses_when_the_server_fails()
    {
        var handler = new CannedHandler((_, count) => CannedHandler.Json(count < 4 ? 502 : 200, "ok"));

        var response = await SendAsync(handler, HttpMethod.Put);

        Assert.Equal("ok", response.Body);
        Assert.Equal([1, 2, 4], _clock.Delays.Select(delay => delay.TotalSeconds));
    }

    [Fact]
    public async Task The_last_failure_is_returned_when_the_attempts_are_used_up()
    {
        var handler = new CannedHandler((_, count) => CannedHandler.Json(502, count.ToString(CultureInfo.InvariantCulture)));

        Assert.Equal("4", (await SendAsync(handler, HttpMethod.Get)).Body);
    }

    [Fact]
    public async Task A_POST_is_not_repeated_when_nobody_knows_whether_it_arrived()
    {
        var failing = new CannedHandler((_, _) => CannedHandler.Json(502, "no"));
        var broken = new CannedHandler((_, _) => throw new HttpRequestException("reset"));

        Assert.Equal(502, (int)(await SendAsync(failing, HttpMethod.Post)).Status);
        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(broken, HttpMethod.Post));

        Assert.Equal("Test.Unreachable", error.ErrorId);
        Assert.Single(failing.Requests);
        Assert.Single(broken.Requests);
    }

    [Fact]
    public void A_text_that_takes_too_long_to_search_is_not_shown_and_no_failure()
    {
        var text = "\"" + string.Concat(Enumerable.Repeat("secret", 100_000));

        Assert.Equal("***", new Redactor([], TimeSpan.FromTicks(1)).Show(text, 100));
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again()
    {
        var handler = new CannedHandler((_, count) => count < 3 ? throw new HttpRequestException("reset", new IOException("by peer")) : CannedHandler.Json(200, "ok"));

        Assert.Equal("ok", (await SendAsync(handler, HttpMethod.Delete)).Body);
    }

    [Fact]
    public async Task A_limit_of_requests_is_waited_for_as_the_header_says_even_for_a_POST()
    {
        var handler = new CannedHandler((_, count) => count == 1 ? Limited(TimeSpan.FromSeconds(90)) : CannedHandler.Json(200, "ok"));

        Assert.Equal("ok", (await SendAsync(handler, HttpMethod.Post)).Body);

        Assert.Equal([90], _clock.Delays.Select(delay => delay.TotalSeconds));
        Assert.Contains(_reporter.Lines, line => line.StartsWith("PROGRESS", StringComparison.Ordinal) && line.Contains("SecondsRemaining = 90", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_limit_of_requests_stops_the_other_calls_of_the_plugin_too()
    {
        var handler = new CannedHandler((_, count) => count == 1 ? Limited(TimeSpan.FromHours(1)) : CannedHandler.Json(200, "ok"));
        using var http = new ProviderHttp(Options, handler);
        var context = new PluginContext(_reporter, _clock);

        await Assert.ThrowsAsync<PoshAcmeException>(() => http.SendAsync(new ProviderRequest(HttpMethod.Get, "a"), context, CancellationToken.None));
        await Assert.ThrowsAsync<PoshAcmeException>(() => http.SendAsync(new ProviderRequest(HttpMethod.Get, "b"), context, CancellationToken.None));

        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_wait_beyond_the_deadline_is_an_error_that_says_when(int status)
    {
        var handler = new CannedHandler((_, _) => Limited(TimeSpan.FromHours(2), status));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(handler, HttpMethod.Get));

        Assert.Equal("Test.RateLimited", error.ErrorId);
        Assert.Equal(ErrorKind.LimitsExceeded, error.Kind);
        Assert.Contains("2030-01-01 14:00:00 UTC", error.Message, StringComparison.Ordinal);
        Assert.Empty(_clock.Delays);
    }

    [Theory]
    [InlineData("https://evil.example/base/path")]
    [InlineData("/elsewhere")]
    public async Task Redirects_are_not_followed(string location)
    {
        var handler = new CannedHandler((_, _) =>
        {
            var response = CannedHandler.Json(307, string.Empty);
            response.Headers.Location = new Uri(location, UriKind.RelativeOrAbsolute);
            return response;
        });

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(handler, HttpMethod.Get));

        Assert.Equal("Test.Redirected", error.ErrorId);
        Assert.Single(handler.Requests);
    }

    [Fact]
    public void A_handler_that_follows_redirects_is_not_taken()
    {
        using var following = new HttpClientHandler();

        Assert.Throws<ArgumentException>(() => new ProviderHttp(Options, following));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_larger_than_a_mebibyte_is_refused(bool saysItsLength)
    {
        var handler = new CannedHandler((_, _) =>
        {
            var response = CannedHandler.Json(200, new string('x', LimitedBody.MaxBytes + 1));
            if (!saysItsLength)
            {
                response.Content = new StreamContent(new EndlessStream());
            }

            return response;
        });

        Assert.Equal("Test.AnswerTooLarge", (await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(handler, HttpMethod.Get))).ErrorId);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_a_timeout_and_not_a_hang()
    {
        using var http = new ProviderHttp(Options with { RequestTimeout = TimeSpan.FromMilliseconds(20) }, new SilentHandler());

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => http.SendAsync(new ProviderRequest(HttpMethod.Get, "x"), new PluginContext(_reporter, _clock), CancellationToken.None));

        Assert.Equal("Test.Timeout", error.ErrorId);
        Assert.Equal(ErrorKind.Timeout, error.Kind);
    }

    [Fact]
    public async Task A_caller_who_stops_gets_no_error_of_ours()
    {
        using var stop = new CancellationTokenSource();
        using var http = new ProviderHttp(Options, new SilentHandler());

        var sending = http.SendAsync(new ProviderRequest(HttpMethod.Get, "x"), new PluginContext(_reporter, _clock), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Fact]
    public async Task An_untrusted_server_is_not_asked_twice()
    {
        var handler = new CannedHandler((_, _) => throw new HttpRequestException("see inner", new AuthenticationException("name mismatch")));

        var error = await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(handler, HttpMethod.Get));

        Assert.Equal("Test.NotTrusted", error.ErrorId);
        Assert.Single(handler.Requests);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    public async Task A_path_that_would_lead_elsewhere_is_not_sent(string path)
    {
        var handler = new CannedHandler((_, _) => CannedHandler.Json(200, "ok"));

        Assert.Equal("Test.UnsafePath", (await Assert.ThrowsAsync<PoshAcmeException>(() => SendAsync(handler, HttpMethod.Delete, path))).ErrorId);
        Assert.Empty(handler.Requests);
    }

    [Fact]
    public async Task Debug_shows_requests_and_answers_without_secrets()
    {
        var handler = new CannedHandler((_, _) => CannedHandler.Json(200, """{"password":"p\"w","subdomain":"shown","note":"hush-hush"}"""));
        using var http = new ProviderHttp(Options, handler);

        await http.SendAsync(new ProviderRequest(HttpMethod.Post, "x?q=hush-hush", """{"apiKey":"k1"}"""), new PluginContext(_reporter, _clock), CancellationToken.None);

        var text = string.Join('\n', _reporter.Lines);
        Assert.Contains("POST https://api.example/base/x?q=*** {\"apiKey\":\"***\"}", text, StringComparison.Ordinal);
        Assert.Contains("""{"password":"***","subdomain":"shown","note":"***"}""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        Assert.DoesNotContain("p\\\"w", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_user_agent_names_the_product_and_its_version()
    {
        var handler = new CannedHandler((_, _) => CannedHandler.Json(200, "ok"));

        await SendAsync(handler, HttpMethod.Get);

        Assert.Matches("^PoshAcmeSharp/\\d+\\.\\d+\\.\\d+$", Assert.Single(handler.UserAgents));
    }

    private static HttpResponseMessage Limited(TimeSpan retryAfter, int status = 429)
    {
        var response = CannedHandler.Json(status, "{}");
        response.Headers.RetryAfter = new RetryConditionHeaderValue(retryAfter);
        return response;
    }

    private async Task<ProviderResponse> SendAsync(HttpMessageHandler handler, HttpMethod method, string path = "path")
    {
        using var http = new ProviderHttp(Options, handler);
        return await http.SendAsync(new ProviderRequest(method, path), new PluginContext(_reporter, _clock), CancellationToken.None);
    }

    private sealed class SilentHandler : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException("Nothing ends an endless wait but its token.");
        }
    }

    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
