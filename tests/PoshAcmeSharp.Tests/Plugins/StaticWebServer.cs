using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Logging;

namespace PoshAcmeSharp.Tests.Plugins;

/// <summary>A web server on the loopback address that serves one folder, as an administrator's does.</summary>
internal sealed class StaticWebServer : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly PhysicalFileProvider files;

    private StaticWebServer(WebApplication application, PhysicalFileProvider files)
    {
        this.application = application;
        this.files = files;
    }

    public Uri Url => new(application.Urls.Single());

    public static async Task<StaticWebServer> StartAsync(string root)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var files = new PhysicalFileProvider(root, ExclusionFilters.None);
        application.UseStaticFiles(new StaticFileOptions { FileProvider = files, ServeUnknownFileTypes = true });
        await application.StartAsync();
        return new(application, files);
    }

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        files.Dispose();
    }
}
