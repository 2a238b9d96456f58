namespace PoshAcmeSharp.Plugins.HttpFile;

/// <summary>The configuration that lets IIS serve files without an extension from one folder.</summary>
internal static class WebConfig
{
    public const string FileName = "web.config";

    // The removal first: a mapping that a parent has already would be an error if it were added again.
    public const string Content = """
        <?xml version="1.0" encoding="utf-8"?>
        <!-- Placed by PoshAcmeSharp, which removes it with the last challenge file. -->
        <configuration>
          <system.webServer>
            <staticContent>
              <remove fileExtension="." />
              <mimeMap fileExtension="." mimeType="text/plain" />
            </staticContent>
          </system.webServer>
        </configuration>
        """;
}
