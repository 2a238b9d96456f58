using System.Net;
using PoshAcmeSharp.Acme;
using PoshAcmeSharp.Tests.Support;
using Xunit;

namespace PoshAcmeSharp.Tests.Acme;

public sealed class AcmeTransportTests
{
    private static readonly Uri Url = new("https://acme.example/new-order");

    [Fact]
    public async Task A_request_names_the_product_its_content_and_asks_for_no_permission_to_go_on()
    {
        using var handler = new StubHandler(new StringContent("{}"));
        using var transport = new AcmeTransport(Url, new AcmeOptions { Handler = handler });

        await transport.SendAsync(HttpMethod.Post, Url, "{}", null, default);

        Assert.StartsWith("PoshAcmeSharp/", handler.Request!.Headers.UserAgent.ToString(), StringComparison.Ordinal);
        Assert.False(handler.Request.Headers.ExpectContinue);
        Assert.Equal("application/jose+json", handler.ContentType);
    }

    [Fact]
    public async Task A_body_that_breaks_because_the_caller_has_cancelled_is_a_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        using var handler = new StubHandler(new StreamContent(new BreakingStream(cancellation.Cancel)));
        using var transport = new AcmeTransport(Url, new AcmeOptions { Handler = handler });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.SendAsync(HttpMethod.Get, Url, null, null, cancellation.Token));
    }

    [Fact]
    public async Task A_body_that_breaks_by_itself_is_a_connection_fault()
    {
        using var handler = new StubHandler(new StreamContent(new BreakingStream(() => { })));
        using var transport = new AcmeTransport(Url, new AcmeOptions { Handler = handler });

        var error = await Assert.ThrowsAsync<AcmeConnectionException>(() => transport.SendAsync(HttpMethod.Get, Url, null, null, default));

        Assert.Equal("ServerUnreachable", error.ErrorId);
    }

    [Fact]
    public async Task A_slow_answer_is_told_as_progress_that_ends_with_it()
    {
        var reporter = new RecordingReporter();
        using var handler = new SlowHandler(() => !reporter.ProgressUpdates.IsEmpty);
        using var transport = new AcmeTransport(Url, new AcmeOptions { Handler = handler, Reporter = reporter, Patience = TimeSpan.Zero });

        await transport.SendAsync(HttpMethod.Get, Url, null, null, default);

        Assert.Equal("acme.example has not answered yet", reporter.ProgressUpdates.First().Status);
        Assert.True(reporter.ProgressUpdates.Last().IsCompleted);
    }

    private sealed class SlowHandler(Func<bool> mayAnswer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            while (!mayAnswer())
            {
                await Task.Delay(10, cancellationToken);
            }

            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("{}") };
        }
    }

    private sealed class StubHandler(HttpContent answer) : HttpMessageHandler
    {
        public HttpRequestMessage? Request { get; private set; }

        public string? ContentType { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request = request;
            ContentType = request.Content?.Headers.ContentType?.ToString();
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = answer });
        }
    }

    /// <summary>Ends with the error of a connection that is taken away.</summary>
    private sealed class BreakingStream(Action breaking) : MemoryStream
    {
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            breaking();
            throw new IOException("The connection was taken away.");
        }
    }
}
